import { build, type Metafile, type Plugin } from 'esbuild'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

/** The part that chunks are merged into, and what loads it. */
export interface Part {
  /** It becomes `<name>.cjs`, beside the first entry. */
  readonly name: string
  /** The CommonJS file whose `loadPart(name)` answers what the part exports. */
  readonly loader: string
}

/** An output that goes into the part, and the mark before the names of its exports there. */
interface Member {
  readonly file: string
  readonly mark: string
  readonly exports: readonly string[]
}

/** What a part is given: where it is, and how to import what is beside it. */
const OWN_URL = 'URL_OF_PART'
const LATER = 'LOAD_LATER'

/**
 * Makes one part of the entries and of all that they load at once: Node takes nearly a millisecond for every file of a graph, however small, and keeps no compiled functions of an ES module.
 * The part is a function that answers its exports, those of the first entry under their own names. What an entry imports later of another is in it too.
 * An output that has gone there stays as a file that says so, for whoever else imports it, so nothing is there twice.
 */
export async function mergeChunks(outputs: Metafile['outputs'], entries: readonly string[], { name, loader }: Part): Promise<void> {
  const files = entries.map((source) => {
    const file = Object.keys(outputs).find((one) => outputs[one]?.entryPoint === source)
    if (file === undefined) throw new Error(`no entry ${source}`)
    return file
  })
  const members = reached(outputs, files).map((file, i): Member => ({
    file: resolve(file),
    mark: i === 0 ? '' : `c${i}_`,
    exports: outputs[file]?.exports ?? [],
  }))
  const folder = dirname(resolve(files[0] ?? ''))
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
    plugins: [together(new Set(members.map(({ file }) => file)), draft)],
  })
  writeFileSync(resolve(folder, `${name}.cjs`), asFunction(readFileSync(draft, 'utf8')))
  rmSync(draft)
  for (const one of members) {
    const taken = `import loader from${JSON.stringify(pathTo(one.file, resolve(loader)))};export const${list(one, (is, as) => `${as}:${is}`)}=loader.loadPart(${JSON.stringify(name)});\n`
    writeFileSync(one.file, one.exports.length === 0 ? 'export {};\n' : taken)
  }
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

/** Members become one file; what they load of it later is there already, and other files stay outside. */
function together(inside: ReadonlySet<string>, into: string): Plugin {
  return {
    name: 'together',
    setup(setup) {
      setup.onResolve({ filter: /^[./]/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path)
        return inside.has(file) ? { path: file } : { path: pathTo(into, file), external: true }
      })
      setup.onLoad({ filter: /\.js$/ }, ({ path }) => {
        const late: string[] = []
        const text = readFileSync(path, 'utf8').replace(/\bimport\("([^"]+)"\)/g, (_, asked: string) => {
          const file = resolve(dirname(path), asked)
          if (!asked.startsWith('.')) return `${LATER}(${JSON.stringify(asked)})`
          return inside.has(file) ? `Promise.resolve(later${late.push(file)})` : `${LATER}(${JSON.stringify(pathTo(into, file))})`
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
  return `(function(${OWN_URL},${LATER}){"use strict";${body}\nreturn{${answer.join(',')}}})\n`
}
