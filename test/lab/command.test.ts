import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import https from 'node:https'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAlive } from '../../src/lab/lab-file.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'

const program = fileURLToPath(new URL('./program.ts', import.meta.url))
let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-lab-'))
})
afterEach(async () => {
  await tricenter('lab', 'down')
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dir, { recursive: true })
})

/** Starts the program on this test's lab. */
function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...args, '--dir', dir], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}
async function tricenter(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args)
  let [out, err] = ['', '']
  child.stdout!.on('data', (data) => (out += String(data)))
  child.stderr!.on('data', (data) => (err += String(data)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}
const labFile = () =>
  JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as {
    pid: number
    controlUrl?: string
    centers: Record<string, { apiServer: string; gateway: string }>
  }
const isRunning = () => vi.waitFor(() => expect(labFile().controlUrl).toBeDefined(), { timeout: 20_000 })
const listens = (url: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () => socket.destroy() && resolve(true)).on(
      'error',
      () => resolve(false),
    )
  })

test('a detached lab lives on, takes orders, and leaves nothing behind when it ends', async () => {
  const up = await tricenter('lab', 'up', '--detach', '--load', '20', '-o', 'json')
  expect(up).toMatchObject({ code: 0, err: expect.stringContaining('lab, embedded API') })
  const started = JSON.parse(up.out)
  expect(started).toEqual({
    topology: join(dir, 'tricenter.yaml'),
    kubeconfig: join(dir, 'kubeconfig'),
    stateDir: join(dir, 'state'),
    centers: Object.fromEntries(
      ['zone-a', 'zone-b', 'zone-c'].map((name) => [
        name,
        {
          context: `tricenter-lab-${name}`,
          apiServer: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
          gateway: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
          secureGateway: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
          metrics: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
          registryUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        },
      ]),
    ),
  })
  expect(await tricenter('lab', 'up')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^tricenter: Will not start: a lab runs in .*\nEnd it: tricenter lab down\n$/),
  })

  expect((await tricenter('lab', 'env')).out).toBe(
    `export KUBECONFIG=${started.kubeconfig}\nexport TRICENTER_TOPOLOGY=${started.topology}\nexport TRICENTER_STATE_DIR=${started.stateDir}\n`,
  )
  expect(await tricenter('lab', 'fault', 'zone-a', 'refuse', '--target', 'gateway')).toMatchObject({
    code: 0,
    err: 'Fault made: zone-a refuse (gateway)\n',
  })
  expect(await listens(started.centers['zone-a'].gateway)).toBe(false)
  expect((await tricenter('lab', 'status')).out).toMatch(
    /zone-a .* 10 +refuse \(gateway\)\n.*zone-b .* 10 +-\n.*zone-c .* 2 +-\nLoad: 20 requests\/s/,
  )
  expect(await tricenter('lab', 'fault', 'mars', 'lost')).toMatchObject({
    code: 2,
    err: 'tricenter: Could not: center mars is not one of zone-a, zone-b, zone-c\n',
  })
  expect(await tricenter('lab', 'fault', 'zone-a', 'explode')).toMatchObject({
    code: 2,
    err: expect.stringContaining('fault explode is not one of refuse, blackhole'),
  })
  expect(await tricenter('lab', 'heal')).toMatchObject({ code: 0 })
  expect(JSON.parse((await tricenter('lab', 'status', '-o', 'json')).out)).toMatchObject({
    engine: 'embedded',
    centers: { 'zone-a': { fault: null } },
  })

  const { pid, controlUrl } = labFile()
  expect(await tricenter('lab', 'down')).toMatchObject({ code: 0, err: 'Lab ended.\n' })
  expect(isAlive(pid)).toBe(false)
  const urls = [
    controlUrl!,
    ...Object.values(started.centers as Record<string, { apiServer: string; gateway: string; metrics: string }>).flatMap(
      ({ apiServer, gateway, metrics }) => [apiServer, gateway, metrics],
    ),
  ]
  expect(await Promise.all(urls.map(listens))).toEqual(urls.map(() => false))
  expect(existsSync(join(dir, 'kubeconfig'))).toBe(false)
  expect(await tricenter('lab', 'down')).toMatchObject({ code: 0, err: expect.stringContaining('nothing to end') })
})

test('a lab that hangs or was killed is recognised: no status, no env, and a new one starts in the place of the killed one', async () => {
  await tricenter('lab', 'up', '--detach', '--load', '0')
  const { pid } = labFile()
  process.kill(pid, 'SIGSTOP')
  expect(await tricenter('lab', 'status')).toMatchObject({ code: 4, err: expect.stringContaining(`process ${pid} does not answer`) })
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
  expect(await tricenter('lab', 'status')).toMatchObject({ code: 1, err: expect.stringContaining(`process ${pid} ended`) })
  expect(await tricenter('lab', 'env')).toMatchObject({ code: 3, out: '' })
  expect(await tricenter('lab', 'up', '--detach', '--load', '0')).toMatchObject({ code: 0 })
  expect(labFile().pid).not.toBe(pid)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('a lab in the foreground ends by %s with %i and takes its files away', async (signal, code) => {
  const child = start('lab', 'up')
  await isRunning()
  child.kill(signal)
  expect((await once(child, 'close'))[0]).toBe(code)
  expect(existsSync(join(dir, 'lab.json'))).toBe(false)
})

test('with --with-parent it ends when its parent is killed', async () => {
  const parent = spawn('sh', ['-c', '"$@" & wait', 'sh', process.execPath, program, 'lab', 'up', '--with-parent', '--dir', dir], {
    stdio: 'ignore',
  })
  children.push(parent)
  await isRunning()
  const { pid } = labFile()
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 })
  expect(existsSync(join(dir, 'lab.json'))).toBe(false)
})

test.each([
  ['--load', 'many'],
  ['--load', '-1'],
])('does not start with %s %s', async (flag, value) => {
  expect(await tricenter('lab', 'up', `${flag}=${value}`)).toMatchObject({
    code: 2,
    err: `tricenter: --load ${value} is not a number of requests per second\n`,
  })
})

test('without a lab, status answers 1 and the rest 3, each with the command that starts one', async () => {
  expect(await tricenter('lab', 'status')).toMatchObject({ code: 1, err: expect.stringContaining('tricenter lab up') })
  expect(await tricenter('lab', 'fault', 'zone-a', 'lost')).toMatchObject({ code: 3, err: expect.stringContaining('tricenter lab up') })
})

const binaries = process.env['TRICENTER_LAB_BINARIES']
const engines = [
  { engine: 'embedded', flags: [], begins: [false, true] },
  ...(binaries === undefined ? [] : [{ engine: 'binaries', flags: ['--engine', 'binaries', '--binaries', binaries], begins: [true] }]),
]
test.each(engines)('a bare lab ($engine) has routes and services, and no gateway', { timeout: 120_000 }, async ({ flags, begins }) => {
  for (const bare of begins) {
    expect(await tricenter('lab', 'up', '--detach', '--load', '0', ...flags, ...(bare ? ['--bare'] : []))).toMatchObject({ code: 0 })
    const names = async (path: string): Promise<readonly string[]> => {
      const { items } = (await get(path)) as { items: { metadata: { name: string } }[] }
      return items.map(({ metadata }) => metadata.name)
    }
    const deployments = await names('/apis/apps/v1/namespaces/higress-system/deployments')
    expect(deployments.includes('higress-gateway')).toBe(!bare)
    if (bare) expect(deployments).toEqual([])
    expect(await names('/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes')).toHaveLength(4)
    expect(await names('/apis/apps/v1/namespaces/ai-system/deployments')).toHaveLength(1)
    await tricenter('lab', 'down')
  }
})

/** Of zone-a's API server, by the lab's kubeconfig. */
async function get(path: string): Promise<unknown> {
  const { clusters, users } = parse(readFileSync(join(dir, 'kubeconfig'), 'utf8')) as {
    clusters: { name: string; cluster: { server: string; 'certificate-authority-data': string } }[]
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[]
  }
  const [{ cluster } = { cluster: undefined }] = clusters
  const [{ user } = { user: undefined }] = users
  const pem = (data = ''): Buffer => Buffer.from(data, 'base64')
  const request = https.get(`${cluster?.server}${path}`, {
    ca: pem(cluster?.['certificate-authority-data']),
    cert: pem(user?.['client-certificate-data']),
    key: pem(user?.['client-key-data']),
  })
  const [response] = (await once(request, 'response')) as [AsyncIterable<Buffer>]
  let body = ''
  for await (const part of response) body += String(part)
  return JSON.parse(body)
}
