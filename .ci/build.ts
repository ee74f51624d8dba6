/**
 * Builds the program: `hot.cjs` (command declarations, parsing, help; small, one file) and everything else as one ESM build split into chunks,
 * entered by `import()` of the context. esbuild splits ESM only, and two builds of the same module would give two copies of it, so hot holds nothing with identity.
 */
import { build, type Plugin } from 'esbuild'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { builtins, REQUIRE } from './builtins.ts'
import { thirdPartyLicences } from './licences.ts'
import { mergeChunks, type Part } from './merge-chunks.ts'

const HOT_LIMIT = 150 * 1024
/** The way to the first write, that is a session and the engine; what every screen needs; and comparing. */
const PARTS: readonly Part[] = [
  { name: 'session', entries: ['src/cli/session.ts', 'src/cli/verbs/run.ts'] },
  { name: 'console', entries: ['src/cli/verbs/console.ts'] },
  { name: 'diff', entries: ['src/cli/verbs/diff.ts'] },
]
const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
const entries = new Set<string>()

/** Digest of everything that the build is made of: what one build has read and found right, another reads again. */
function buildId(): string {
  const hash = createHash('sha256')
  const sources = ['.ci', 'src'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) => (file.endsWith('.ts') ? [join(folder, file)] : [])),
  )
  for (const file of [...sources.sort(), 'package.json', 'package-lock.json']) hash.update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** What hot loads later lives in the other build: its `import()`s point there, or load a part of it. Completion alone is in hot too, for every Tab waits for it. */
const lazily: Plugin = {
  name: 'lazily',
  setup(setup) {
    setup.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import' || path === './completion.ts') return undefined
      entries.add(join(resolveDir, path))
      const name = basename(path, '.ts')
      return PARTS.some((part) => part.name === name) ? { path: name, namespace: 'part' } : { path: `./${name}.js`, external: true }
    })
    setup.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `import { loadPart } from './src/cli/load-part.ts'; module.exports = loadPart(${JSON.stringify(path)})`,
      resolveDir: process.cwd(),
    }))
  },
}

/**
 * What is loaded on the way to the first request decides how long a switch takes.
 * Of the Kubernetes client only kubeconfigs' YAML and logins are used: its generated models (5 MB) are left out. Of undici, `fetch` and all that hangs on it.
 */
const LEAN: readonly { readonly importer: RegExp; readonly path: RegExp; readonly contents: string }[] = [
  {
    importer: /client-node\/dist\/config\.js$/,
    path: /^\.\/gen\/index\.js$/,
    contents: 'export const createConfiguration = undefined; export class ServerConfiguration {}',
  },
  // Forwarding to Pods needs none of the models: those are for its ways to find one.
  {
    importer: /client-node\/dist\/portforward\.js$/,
    path: /^\.\/gen\/index\.js$/,
    contents: 'export class AppsV1Api {} export class CoreV1Api {}',
  },
  { importer: /client-node\/dist\/yaml\.js$/, path: /^\.\/util\.js$/, contents: 'export const getSerializationType = () => ""' },
  {
    importer: /client-node\/dist\/yaml\.js$/,
    path: /^\.\/serializer\.js$/,
    contents: 'export const ObjectSerializer = { deserialize: (value) => value }',
  },
  // Its tables of emoji take 30 ms to make: they are made when a text first needs them.
  {
    importer: /./,
    path: /^string-width$/,
    contents: 'export default (text, options) => require("string-width").default(text, options)',
  },
  // Node's isIP compiles its expression for IPv6 (5 ms) for each name of a host; an address of IPv6 has a colon.
  {
    importer: /undici\/lib\/core\/util\.js$/,
    path: /^node:net$/,
    contents:
      'const net = require("net"); module.exports = { isIP: (host) => (host.includes(":") ? net.isIP(host) : net.isIPv4(host) ? 4 : 0) }',
  },
  // Loading Node's takes as long as opening a connection, and undici asks no more of it than this.
  {
    importer: /undici\/lib\//,
    path: /^node:assert$/,
    contents: `
      module.exports = (value, message = 'undici took something for granted that is not so') => {
        if (!value) throw message instanceof Error ? message : Object.assign(new Error(message), { code: 'ERR_ASSERTION' })
      }`,
  },
  // HTTP/2 is never asked for, and of Node's own HTTP only a limit and a class to compare with are used.
  {
    importer: /undici\/lib\/dispatcher\/client\.js$/,
    path: /^\.\/client-h2\.js$/,
    contents: 'module.exports = () => { throw new Error("HTTP/2 is not built in") }',
  },
  {
    importer: /undici\/lib\/(dispatcher\/client|core\/util)\.js$/,
    path: /^node:http$/,
    contents: 'module.exports = { maxHeaderSize: 16384, IncomingMessage: class IncomingMessage {} }',
  },
  {
    importer: /./,
    path: /^undici$/,
    contents: `
      import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
      // pool.request() and the like, which undici's own index adds: they bring streams and bodies, and neither requests to API servers nor probes use them.
      for (const name of ['request', 'stream', 'pipeline', 'upgrade', 'connect'])
        Dispatcher.prototype[name] = function (...asked) { return require('undici/lib/api/index.js')[name].apply(this, asked) }
      export { default as buildConnector } from 'undici/lib/core/connect.js'
      export { default as Client } from 'undici/lib/dispatcher/client.js'
      export { default as Pool } from 'undici/lib/dispatcher/pool.js'
      export { default as Agent } from 'undici/lib/dispatcher/agent.js'
      import Agent from 'undici/lib/dispatcher/agent.js'
      export const ProxyAgent = function (options) { return new (require('undici/lib/dispatcher/proxy-agent.js'))(options) }
      let shared
      export const request = (url, { dispatcher = (shared ??= new Agent()), ...options } = {}) => {
        const { origin, pathname, search } = new URL(url)
        return dispatcher.request({ method: 'GET', ...options, origin, path: pathname + search })
      }`,
  },
]
const lean: Plugin = {
  name: 'lean',
  setup(setup) {
    for (const [index, { importer, path }] of LEAN.entries()) {
      setup.onResolve({ filter: path }, (asked) =>
        asked.namespace !== 'lean' && importer.test(asked.importer) ? { path: String(index), namespace: 'lean' } : undefined,
      )
    }
    setup.onLoad({ filter: /./, namespace: 'lean' }, ({ path }) => ({
      contents: LEAN[Number(path)]?.contents ?? '',
      resolveDir: process.cwd(),
    }))
  },
}

/** Built beside and put in place whole: a build that fails, or a program that runs meanwhile, keeps what was there. */
const OUT = `node_modules/.dist-${process.pid}`
/** `dist`, or the folder that is named, on the same file system. */
const TARGET = process.argv[2] ?? 'dist'
/**
 * Commander starts other programs as subcommands; we have none, and loading `child_process` takes as long as parsing.
 * Completion's library asserts that it knows a shell, which we have asked before; `assert` takes longer than completing.
 */
const alone: Plugin = {
  name: 'alone',
  setup(setup) {
    setup.onResolve({ filter: /^node:(child_process|assert)$/ }, ({ importer }) =>
      /commander|@bomb/.test(importer) ? { path: 'none', namespace: 'alone' } : undefined,
    )
    setup.onLoad({ filter: /./, namespace: 'alone' }, () => ({ contents: 'export default () => {}' }))
  },
}
/** Names of what is registered are values by now: completion offers them without loading the registries. */
const named: Plugin = {
  name: 'named',
  setup(setup) {
    setup.onLoad({ filter: /src\/cli\/registered-names\.ts$/ }, async ({ path }) => {
      const names = Object.entries((await import(path)) as object)
      return { contents: names.map(([name, values]) => `export const ${name} = ${JSON.stringify(values)}`).join('\n') }
    })
  },
}

rmSync(OUT, { recursive: true, force: true })
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  metafile: true,
  define: { TRICENTER_VERSION: JSON.stringify(version), TRICENTER_BUILD: JSON.stringify(buildId()) },
} as const
const hotBuild = await build({
  ...shared,
  entryPoints: ['src/cli/main.ts'],
  outfile: `${OUT}/hot.cjs`,
  format: 'cjs',
  minify: true,
  plugins: [lazily, alone, named],
})
const restBuild = await build({
  ...shared,
  // As in Node's own copy of undici: one parser, and not the experimental second.
  define: { ...shared.define, esbuildDetection: 'true' },
  entryPoints: Object.fromEntries([...entries].map((file) => [basename(file, '.ts'), file])),
  outdir: OUT,
  format: 'esm',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [lean, builtins],
  banner: { js: REQUIRE },
})
await mergeChunks(restBuild.metafile.outputs, PARTS, `${OUT}/hot.cjs`)
const hot = statSync(`${OUT}/hot.cjs`).size
if (hot > HOT_LIMIT) throw new Error(`dist/hot.cjs is ${hot} bytes; the limit is ${HOT_LIMIT}`)
writeFileSync(`${OUT}/THIRD-PARTY-LICENSES.txt`, thirdPartyLicences([hotBuild.metafile, restBuild.metafile]))
rmSync(TARGET, { recursive: true, force: true })
renameSync(OUT, TARGET)
