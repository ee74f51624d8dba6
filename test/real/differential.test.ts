import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chance } from '../crash/chance.ts'
import { acts, type ClientNode, clientNodeOf } from './client-node.ts'
import { commands } from './commands.ts'
import { type Difference, unexplained, writeDifferences } from './differences.ts'
import { type Attempt, attempt } from './fuzz.ts'
import { normalText, normalValue } from './normalise.ts'
import { type Both, openPair, type Pair, type Side } from './pair.ts'
import { proposals } from './refusals.ts'
import { requests } from './requests.ts'

/** The same asked of the embedded API server and of a real one: equal answers, or a difference whose cause is known. */
const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? ''
const none = binaries === ''
const name = (text: string): string => (none ? `${text} (not run: no binaries)` : text)
/** The pinned one, and the older one where it was built; TRICENTER_KUBECTL: another one alone. */
const older = none ? undefined : readdirSync(binaries).find((file) => /^kubectl-v[\d.]+$/.test(file))
const given = process.env['TRICENTER_KUBECTL']
const kubectls = given === undefined ? ['kubectl', ...(older === undefined ? [] : [older])] : [given]
const START = 300_000 // ms: the machine may be busy

/** FUZZ_SEED and FUZZ_COUNT give other cases. */
const seed = Number(process.env['FUZZ_SEED'] ?? 2026)
const count = Number(process.env['FUZZ_COUNT'] ?? 150)

const same = (suite: Difference['suite'], asked: string, { embedded, real }: Both<string>): void => {
  const found = unexplained({ suite, asked, embedded, real })
  expect(found, `no known cause: ${asked}\n--- embedded\n${embedded}\n--- real\n${real}`).toBeUndefined()
}
const text = (value: unknown): string => JSON.stringify(normalValue(value), undefined, 1)

describe.skipIf(none)(name('embedded beside real'), () => {
  let pair: Pair
  let failed = false
  beforeAll(async () => {
    pair = await openPair(binaries)
    await pair.both(defaultAccount)
  }, START)
  afterAll(async () => {
    await pair?.close()
    if (failed || process.env['TRICENTER_WRITE_DIFFERENCES'] !== '1') return
    const basis = `${commands.length} kubectl commands (each by kubectl ${(await Promise.all(kubectls.map(versionOf))).join(' and ')}), ${requests.length} requests, ${acts.length} acts of client-node, ${proposals.length} objects of the Gateway API, ${count} random writes (seed ${seed}).`
    writeDifferences('docs/lab.md', [basis])
  })
  const check = (...of: Parameters<typeof same>): void => {
    try {
      same(...of)
    } catch (error) {
      failed = true
      throw error
    }
  }

  test.skipIf(older === undefined)(`the second kubectl is older${older === undefined ? ' (not run: it was not built)' : ''}`, async () => {
    const [current = '', second = ''] = await Promise.all(['kubectl', older ?? ''].map(versionOf))
    expect(minorOf(second)).toBeLessThan(minorOf(current))
  })
  describe.each(kubectls)('%s', (program) => {
    test.each(commands.map((one, i) => ({ ...one, i })))('$i: $args', async ({ args, input }) => {
      check('kubectl', args, await pair.both(async ({ home }) => await kubectl(program, home, args, input)))
    })
  })

  describe('requests', () => {
    test.each(requests)('$name', async ({ name, act }) => {
      check('requests', name, await pair.both(async (side) => text(await act(side.client, side))))
    })
  })

  describe('client-node', () => {
    const clients = new Map<Side, ClientNode>()
    const clientOf = (side: Side): ClientNode => {
      const found = clients.get(side) ?? clientNodeOf(side)
      clients.set(side, found)
      return found
    }
    test.each(acts)('$name', async ({ name, act }) => {
      check('client-node', name, await pair.both(async (side) => text(await act(clientOf(side)))))
    })
  })

  describe('the Gateway API', () => {
    test.each(proposals)('$name: $allowed', async ({ name, path, object, allowed }) => {
      const { embedded, real } = await pair.both(async ({ client }) => (await client.call('POST', `${path}?dryRun=All`, object)).status)
      expect(real).toBe(allowed ? 201 : 422)
      check('refusals', name, { embedded: String(embedded), real: String(real) })
    })
  })

  test(`seed ${seed}: ${count} random writes answer and store the same`, async () => {
    const random = chance(seed)
    const left: Difference[] = []
    for (let i = 0; i < count; i++) {
      const one = attempt(i, random)
      const { embedded, real } = await pair.both(async (side) => await tried(side, one))
      const found = unexplained({ suite: 'fuzz', asked: asked(one), embedded, real })
      if (found !== undefined) left.push(found)
    }
    failed ||= left.length > 0
    expect(left).toEqual([])
  })
})

/** A real namespace gets its account a moment after itself, and no Deployment's Pods without. */
async function defaultAccount({ client }: Side): Promise<void> {
  const path = '/api/v1/namespaces/default'
  while ((await client.get(path)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
}

const kubectl = async (program: string, home: string, args: string, input: unknown): Promise<string> =>
  await new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: join(home, 'kubeconfig') }
    const child = execFile(resolvePath(binaries, program), args.split(' '), { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      resolve(`exit ${code}\n${normalText(stdout)}${normalText(stderr)}`)
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input === undefined ? '' : JSON.stringify(input))
  })

const versionOf = async (program: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(resolvePath(binaries, program), ['version', '--client', '-o', 'json'])
  return (JSON.parse(stdout) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion
}
const minorOf = (version: string): number => Number(/^v1\.(\d+)\./.exec(version)?.[1])

const asked = ({ method, base, type, body, query }: Attempt): string =>
  `${method} ${base.kind} ${type.replace('application/', '')} ${query.replace('?fieldValidation=', '')} ${JSON.stringify(body)}`

/** The code, and what is stored then: without what controllers and servers write. */
async function tried({ client }: Side, { collection, base, method, type, body, query }: Attempt): Promise<string> {
  const path = `${collection}/${base.metadata.name}`
  let sent = body
  if (method !== 'POST') {
    const created = await client.post(collection, base)
    if (created.status !== 201) throw new Error(`${path}: HTTP ${created.status}`)
    if (method === 'PUT' && base.kind === 'HTTPRoute') {
      const { metadata } = body as { metadata: object }
      sent = { ...(body as object), metadata: { ...metadata, resourceVersion: created.body.metadata.resourceVersion } }
    }
  }
  const { status } = await client.call(method, (method === 'POST' ? collection : path) + query, sent, { 'content-type': type })
  const stored = (await client.get(path)).body
  const { labels = {}, annotations = {}, generation = 0 } = stored?.metadata ?? {}
  const { 'deployment.kubernetes.io/revision': _, ...written } = annotations
  const { spec, data } = stored ?? {}
  return `${status} ${JSON.stringify(normalValue({ generation, labels, annotations: written, spec, data }))}`
}
