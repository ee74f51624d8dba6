import { build, type Metafile, type Plugin } from 'esbuild'
import { writeFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'

/** Where a chunk has gone: the file that holds it now, and the mark before the names of its exports there. */
interface Moved {
  readonly file: string
  readonly mark: string
  readonly exports: readonly string[]
}

/**
 * Makes one file of each entry and of all that it loads at once: Node takes nearly a millisecond for every file of a graph, however small.
 * The first entry takes what it reaches, the next what is left. A chunk that has gone elsewhere stays as a line that says where, for whoever else imports it, so nothing is there twice.
 */
export async function mergeChunks(outputs: Metafile['outputs'], entries: readonly string[]): Promise<void> {
  const moved = new Map<string, Moved>()
  for (const source of entries) {
    const entry = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === source)
    if (entry === undefined) throw new Error(`no entry ${source}`)
    const members = reached(outputs, entry).filter((file) => file !== entry && !moved.has(resolve(file)))
    const own = new Map(
      members.map((file, i) => [resolve(file), { file: resolve(entry), mark: `c${i}_`, exports: outputs[file]?.exports ?? [] }]),
    )
    const contents = [`export * from './${basename(entry)}'`, ...[...own].map(([file, one]) => `export ${names(one, true)} from '${file}'`)]
    await build({
      stdin: { contents: contents.join('\n'), resolveDir: dirname(resolve(entry)) },
      outfile: entry,
      allowOverwrite: true,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      logLevel: 'warning',
      // Where they stand: at the end they would be listed by the folder of this very build.
      legalComments: 'inline',
      minifySyntax: true,
      minifyWhitespace: true,
      plugins: [elsewhere(moved, new Set([resolve(entry), ...own.keys()]))],
    })
    for (const [file, one] of own) moved.set(file, one)
    for (const [file, one] of own) writeFileSync(file, `export ${names(one, false)} from${JSON.stringify(pathTo(file, one.file))};\n`)
  }
}

/** What an output loads at once, itself included, in one order always. */
function reached(outputs: Metafile['outputs'], entry: string): readonly string[] {
  const found = new Set([entry])
  for (const file of found)
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) found.add(path)
  return [...found].toSorted()
}

const names = ({ exports, mark }: Moved, away: boolean): string =>
  `{${exports.map((name) => (away ? `${name} as ${mark}${name}` : `${mark}${name} as ${name}`)).join(',')}}`

function pathTo(from: string, to: string): string {
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

/** Other files stay outside; what has moved into one of them is imported from there. */
function elsewhere(moved: ReadonlyMap<string, Moved>, inside: ReadonlySet<string>): Plugin {
  return {
    name: 'elsewhere',
    setup(setup) {
      setup.onResolve({ filter: /^[./]/ }, ({ path, kind, resolveDir, namespace }) => {
        const file = resolve(resolveDir, path)
        if (namespace === 'moved') return { path, external: true }
        if (kind !== 'dynamic-import' && inside.has(file)) return { path: file }
        if (kind !== 'dynamic-import' && moved.has(file)) return { path: file, namespace: 'moved', sideEffects: false }
        return { path: outside(file), external: true }
      })
      const [entry = ''] = inside
      const outside = (file: string): string => pathTo(entry, file)
      setup.onLoad({ filter: /./, namespace: 'moved' }, ({ path }) => {
        const one = moved.get(path)
        if (one === undefined) throw new Error(`${path} has not moved`)
        return { contents: `export ${names(one, false)} from ${JSON.stringify(outside(one.file))}` }
      })
    },
  }
}
