/**
 * Builds the program: `hot.cjs` (command declarations, parsing, help; small, one file) and everything else as one ESM build split into chunks,
 * entered by `import()` of the context. esbuild splits ESM only, and two builds of the same module would give two copies of it, so hot holds nothing with identity.
 */
import { build, type Plugin } from 'esbuild'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const HOT_LIMIT = 150 * 1024
const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
const entries = new Set<string>()

/** What hot loads later lives in the other build: its `import()`s point there. */
const lazily: Plugin = {
  name: 'lazily',
  setup(setup) {
    setup.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined
      entries.add(join(resolveDir, path))
      return { path: `./${basename(path, '.ts')}.js`, external: true }
    })
  },
}

rmSync('dist', { recursive: true, force: true })
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  define: { TRICENTER_VERSION: JSON.stringify(version) },
} as const
await build({ ...shared, entryPoints: ['src/cli/main.ts'], outfile: 'dist/hot.cjs', format: 'cjs', minify: true, plugins: [lazily] })
await build({
  ...shared,
  entryPoints: Object.fromEntries([...entries].map((file) => [basename(file, '.ts'), file])),
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  chunkNames: 'chunks/[name]-[hash]',
  // Bundled CommonJS packages ask for `require`; an ESM file has none.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
})
const hot = statSync('dist/hot.cjs').size
if (hot > HOT_LIMIT) throw new Error(`dist/hot.cjs is ${hot} bytes; the limit is ${HOT_LIMIT}`)
