import { type ChildProcess, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Everything that is given out, as patterns of paths. What else `files` catches one day has to be named here first. */
const SHIPPED: readonly RegExp[] = [
  /^package\.json$/,
  /^(README\.md|LICENSE)$/,
  /^bin\/[a-z-]+\.(js|json)$/,
  /^dist\/(hot|session|console|diff)\.cjs$/,
  /^dist\/[a-z-]+\.js$/,
  /^dist\/chunks\/[\w-]+\.js$/,
  /^dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^docs\/[a-z-]+(\.zh)?\.md$/,
  /^runbooks\/[a-z-]+\.yaml$/,
]
const LIMIT = 6 * 2 ** 20

interface Packed {
  readonly filename: string
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

let dir: string
let there: string
let env: NodeJS.ProcessEnv
let packed: Packed
let lab: ChildProcess | undefined

/** Packs the built tree and installs that file where nothing else is: a home, a cache and a registry of its own, and nobody listens at the registry's port. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-install-'))
  there = join(dir, 'there')
  for (const name of ['home', 'there', 'bin']) mkdirSync(join(dir, name))
  symlinkSync(process.execPath, join(dir, 'bin', 'node'))
  env = {
    PATH: [join(dir, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: join(dir, 'home'),
    LANG: 'C.UTF-8',
    npm_config_cache: join(dir, 'cache'),
    npm_config_registry: `http://127.0.0.1:${await closedPort()}/`,
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
  }
  const pack = npm(resolve('.'), 'pack', '--json', '--ignore-scripts', '--pack-destination', dir)
  packed = (JSON.parse(pack.stdout) as readonly Packed[])[0]!
  npm(there, 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', join(dir, packed.filename))
}, 60_000)
afterAll(() => {
  lab?.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function npm(cwd: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  const ended = spawnSync('npm', args, { cwd, env, encoding: 'utf8', timeout: 50_000 })
  if (ended.status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${ended.status}\n${ended.stdout}${ended.stderr}`)
  return ended
}

/** Runs an installed program by its link, as a shell would. */
function installed(name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(join(there, 'node_modules', '.bin', name), args, {
    cwd: there,
    env: { ...env, ...more },
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { code: status, out: stdout, err: stderr }
}

test('what is packed is on the list, and small', () => {
  const paths = packed.files.map(({ path }) => path)
  expect(paths.filter((path) => !SHIPPED.some((pattern) => pattern.test(path)))).toEqual([])
  expect(paths).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'bin/tricenter.js', 'dist/hot.cjs', 'dist/THIRD-PARTY-LICENSES.txt']),
  )
  expect(packed.size).toBeLessThan(LIMIT)
  for (const path of paths.filter((one) => one.startsWith('dist/')))
    expect(readFileSync(join(there, 'node_modules/tricenter', path), 'utf8')).not.toContain('sourceMappingURL=')
})

test('one package is installed, and it asks for no other and for no script', () => {
  expect(readdirSync(join(there, 'node_modules')).sort()).toEqual(['.bin', '.package-lock.json', 'tricenter'])
  expect(readdirSync(join(there, 'node_modules', '.bin')).sort()).toEqual(['kubectl-tricenter', 'tricenter'])
  const manifest = JSON.parse(readFileSync(join(there, 'node_modules/tricenter/package.json'), 'utf8')) as Record<string, object>
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies'])
    expect(manifest[kind]).toBeUndefined()
  const run = Object.keys(manifest['scripts'] ?? {})
  expect(run.filter((name) => /^(pre|post)?(install|prepare)$|^prepublish$/.test(name))).toEqual([])
})

test('links from one page that is given out to another lead somewhere', () => {
  const root = join(there, 'node_modules/tricenter')
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(((?:\.\.\/)?[\w./-]+\.md)(?:#[^)]*)?\)/g)].flatMap(([, to = '']) =>
      existsSync(resolve(root, page, '..', to)) ? [] : [`${page} → ${to}`],
    ),
  )
  // For those who change the program; it stays with the source.
  expect(broken.filter((one) => !one.endsWith('CONTRIBUTING.md'))).toEqual([])
})

test.each([
  { name: 'tricenter', args: ['--version'], says: /^\d+\.\d+\.\d+\n$/ },
  { name: 'tricenter', args: ['--help'], says: /failover/ },
  { name: 'kubectl-tricenter', args: ['--help'], says: /failover/ },
  { name: 'tricenter', args: ['runbook', 'list'], says: /drill-single-center/ },
  { name: 'tricenter', args: ['schema', 'verification'], says: /"\$schema"/ },
  { name: 'tricenter', args: ['completion', 'bash'], says: /complete -F/ },
  { name: 'tricenter', args: ['complete', '--', 'runbook', 'show', 'failo'], says: /^failover\t/ },
  { name: 'tricenter', args: ['help', 'exit-codes'], says: /130/ },
])('the installed $name runs $args', ({ name, args, says }) => {
  const { code, out, err } = installed(name, args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(says)
})

test('the installed program starts a lab, shows the switch away from a lost center, does it, and writes its report', async () => {
  const at = ['--dir', join(dir, 'lab')]
  lab = spawn(join(there, 'node_modules/.bin/tricenter'), ['lab', 'up', '--with-parent', ...at, '-o', 'json'], {
    cwd: there,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(lab, 'close')
  let said = ''
  for await (const line of createInterface({ input: lab.stdout! })) {
    said += line
    if (line.startsWith('}')) break
  }
  const { topology, kubeconfig, stateDir } = JSON.parse(said) as Record<string, string>
  const more = { KUBECONFIG: kubeconfig, TRICENTER_TOPOLOGY: topology, TRICENTER_STATE_DIR: stateDir }
  expect(installed('tricenter', ['lab', 'fault', 'zone-a', 'lost', ...at])).toMatchObject({ code: 0 })

  const shown = installed('tricenter', ['failover', '--center', 'zone-a', '--dry-run'], more)
  expect(shown, shown.err).toMatchObject({ code: 0 })
  expect(existsSync(join(stateDir!, 'runs'))).toBe(false)
  const done = installed('tricenter', ['failover', '--center', 'zone-a', '--confirm=zone-a'], more)
  expect(done, done.err).toMatchObject({ code: 0 })
  expect(readdirSync(join(stateDir!, 'runs'), { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith('/report.html'))).toBe(
    true,
  )

  expect(installed('tricenter', ['lab', 'down', ...at])).toMatchObject({ code: 0 })
  await ended
  lab = undefined
}, 60_000)
