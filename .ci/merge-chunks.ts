import { build, type Metafile, type Plugin } from 'esbuild'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

/** What chunks are merged into: `<name>.cjs` beside the chunks, a function that answers what it exports. Exports of the first entry keep their names. */
export interface Part {
  readonly name: string
  /** Sources of the entries that it takes, with all that they load at once. What an earlier part has taken is there. */
  readonly entries: readonly [string, ...string[]]
}

/** An output that goes into a part, and the mark before the names of its exports there. */
interface Member {
  readonly part: string
  readonly file: string
  readonly mark: string
  readonly exports: readonly string[]
}

/** What a part is given: where it is, how to import what is beside it, and other parts. */
const OWN_URL = 'URL_OF_PART'
const LATER = 'LOAD_LATER'
const LOAD = 'LOAD_PART'

/**
 * Makes parts of entries and of all that they load at once: Node takes nearly a millisecond for every file of a graph, however small, and keeps no compiled functions of an ES module.
 * An output that has gone into a part stays as a file that says so, for whoever else imports it, so nothing is there twice. `loader`: the CommonJS file whose `loadPart(name)` answers what a part exports.
 */
export async function mergeChunks(outputs: Metafile['outputs'], parts: readonly Part[], loader: string): Promise<void> {
  const moved = new Map<string, Member>()
  const entered = new Map(parts.map(({ name, entries: [first] }) => [resolve(fileOf(outputs, first)), name]))
  for (const { name, entries } of parts) {
    const members = reached(
      outputs,
      entries.map((source) => fileOf(outputs, source)),
    )
      .filter((file) => !moved.has(resolve(file)))
      .map((file, i): Member => ({ part: name, file: resolve(file), mark: i === 0 ? '' : `c${i}_`, exports: outputs[file]?.exports ?? [] }))
    const folder = dirname(resolve(loader))
    const draft = resolve(folder, `${name}.mjs`)
    await build({
      stdin: {
        contents: members.map((one) => `export ${list(one, (is, as) => `${is} as ${as}`)} from '${one.file}'`).join('\n'),
        resolveDir: folder,
      },
      outfile: draft,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      logLevel: 'warning',
      // Where they stand: at the end they would be listed by the folder of this very build.
      legalComments: 'inline',
      minifySyntax: true,
      minifyWhitespace: true,
      define: { 'import.meta.url': OWN_URL },
      plugins: [together(new Set(members.map(({ file }) => file)), moved, entered, draft)],
    })
    writeFileSync(resolve(folder, `${name}.cjs`), asFunction(readFileSync(draft, 'utf8')))
    rmSync(draft)
    for (const one of members) moved.set(one.file, one)
  }
  for (const one of moved.values())
    writeFileSync(one.file, `import loader from${JSON.stringify(pathTo(one.file, resolve(loader)))};${taken(one, `loader.loadPart`)}`)
}

function fileOf(outputs: Metafile['outputs'], source: string): string {
  const file = Object.keys(outputs).find((one) => outputs[one]?.entryPoint === source)
  if (file === undefined) throw new Error(`no entry ${source}`)
  return file
}

/** What a member exports, under its names, from its part. */
function taken(one: Member, load: string): string {
  return `export const${list(one, (is, as) => `${as}:${is}`)}=${load}(${JSON.stringify(one.part)});\n`
}

/** What outputs load at once, themselves first, in one order always. */
function reached(outputs: Metafile['outputs'], entries: readonly string[]): readonly string[] {
  const found = new Set(entries)
  for (const file of found)
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && external !== true) found.add(path)
  return [...entries, ...[...found].filter((file) => !entries.includes(file)).toSorted()]
}

const list = ({ exports, mark }: Member, write: (is: string, as: string) => string): string =>
  `{${exports.map((name) => write(name, mark + name)).join(',')}}`

function pathTo(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll('\\', '/')
  return path.startsWith('.') ? path : `./${path}`
}

/** Members become one file; what they load of it later is there already, what is in another part is taken from there, and other files stay outside. */
function together(
  inside: ReadonlySet<string>,
  moved: ReadonlyMap<string, Member>,
  entered: ReadonlyMap<string, string>,
  into: string,
): Plugin {
  return {
    name: 'together',
    setup(setup) {
      setup.onResolve({ filter: /^[./]/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path)
        if (inside.has(file)) return { path: file }
        return moved.has(file) ? { path: file, namespace: 'moved', sideEffects: false } : { path: pathTo(into, file), external: true }
      })
      setup.onLoad({ filter: /./, namespace: 'moved' }, ({ path }) => {
        const one = moved.get(path)
        if (one === undefined) throw new Error(`${path} has not moved`)
        return { contents: taken(one, LOAD) }
      })
      setup.onLoad({ filter: /\.js$/ }, ({ path }) => {
        const late: string[] = []
        const text = readFileSync(path, 'utf8').replace(/\bimport\("([^"]+)"\)/g, (_, asked: string) => {
          if (!asked.startsWith('.')) return `${LATER}(${JSON.stringify(asked)})`
          const file = resolve(dirname(path), asked)
          if (inside.has(file)) return `Promise.resolve(later${late.push(file)})`
          const part = entered.get(file)
          // A part that cannot be loaded is told as an `import()` would tell it.
          if (part !== undefined) return `Promise.resolve(${JSON.stringify(part)}).then(${LOAD})`
          return `${LATER}(${JSON.stringify(pathTo(into, file))})`
        })
        return { contents: [...late.map((file, i) => `import * as later${i + 1} from ${JSON.stringify(file)};`), text].join('') }
      })
    },
  }
}

/** An ES module of our own making, whose one export statement is its last, as a function that answers what it exports. */
function asFunction(text: string): string {
  const [whole, exported] = /export\{([^{}]*)\};?\s*$/.exec(text) ?? []
  if (whole === undefined || exported === undefined) throw new Error('a part ends with what it exports')
  const answer = exported.split(',').map((one) => one.split(' as ').toReversed().join(':'))
  // It is read byte by byte as Latin-1, which is faster and takes half the memory. esbuild leaves regular expressions and comments as they are.
  const body = text.slice(0, -whole.length).replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `(function(${OWN_URL},${LATER},${LOAD}){"use strict";${body}\nreturn{${answer.join(',')}}})\n`
}
