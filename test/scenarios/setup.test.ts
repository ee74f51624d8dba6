import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { questions } from '../../src/checks/questions.ts'
import type { Context } from '../../src/cli/context.ts'
import { phrasebook } from '../../src/cli/phrases.ts'
import { openWorld } from '../../src/cli/verbs/parts.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { verify } from '../../src/engine/verify.ts'
import type { ApiHooks } from '../../src/lab/apiserver/hooks.ts'
import { type Lab, startLab } from '../../src/lab/lab.ts'
import { createAuthority } from '../../src/lab/pki.ts'
import { QUICK } from './harness.ts'

/** Each fault of the set-up made for real, and what the doctor's questions say of it; a lab as it starts is every fault's healthy twin. */
type Entry = Record<string, unknown>
interface Kubeconfig {
  readonly contexts: { name: string; context: Entry }[]
  readonly clusters: { name: string; cluster: Entry }[]
  readonly users: { name: string; user: Entry }[]
  'current-context'?: string
}
interface Change {
  readonly kubeconfig?: (config: Kubeconfig) => void
  /** In place of the kubeconfig. */
  readonly file?: (path: string) => void
  readonly topology?: (topology: Topology) => Topology
  readonly env?: () => Readonly<Record<string, string>>
  readonly hooks?: (hooks: ApiHooks) => void
  readonly probe?: true
  /** Asked alone; absent: every question of the group. */
  readonly id?: string
}

const dir = mkdtempSync(join(tmpdir(), 'tricenter-setup-'))
const silentPort = createServer(() => undefined)
let lab: Lab
let topology: Topology
let count = 0

beforeAll(async () => {
  lab = await startLab({
    dir: join(dir, 'lab'),
    load: 20,
    startDelay: [10, 30],
    policy: { ...QUICK, deadlines: { ...QUICK.deadlines, read: '5s' } },
  })
  const read = readTopology(readFileSync(lab.topologyPath), 'tricenter.yaml')
  if (!('topology' in read)) throw new Error(JSON.stringify(read.mistakes))
  topology = read.topology
  await new Promise<void>((resolve) => silentPort.listen(0, '127.0.0.1', resolve))
}, 60_000)
afterAll(async () => {
  silentPort.close()
  await lab.close()
  rmSync(dir, { recursive: true, force: true })
})

const hooks = (): ApiHooks => lab.embedded.cluster('zone-a').server

interface Trouble {
  readonly short: string
  readonly words: string
}

async function look({
  kubeconfig,
  file,
  topology: change = (one) => one,
  env = () => ({}),
  hooks: hook,
  probe,
  id: only,
}: Change): Promise<readonly Trouble[]> {
  const path = join(dir, `kubeconfig-${++count}`)
  const config = parse(readFileSync(lab.kubeconfigPath, 'utf8')) as Kubeconfig
  kubeconfig?.(config)
  writeFileSync(path, stringify(config), { mode: 0o600 })
  file?.(path)
  const about = change(topology)
  const context = {
    flags: { kubeconfig: path },
    env: { PATH: process.env['PATH'] ?? '', HOME: dir, TRICENTER_STATE_DIR: join(dir, 'state'), ...env() },
    cwd: dir,
  } as unknown as Context
  const world = await openWorld(context, about, undefined, 'station')
  hook?.(hooks())
  try {
    const setup = questions.filter(({ group, id }) => group === 'setup' && (only === undefined || id === only))
    const centers = about.centers.map(({ name }) => name)
    const { outcomes } = await verify(world, { topology: about, questions: setup, centers, probe: probe ?? false })
    return outcomes.flatMap(({ id, center, conclusions }) =>
      conclusions
        .filter(({ state }) => state !== 'passed' && state !== 'skipped')
        .map(({ state, reason, facts }) => ({
          short: `${id} ${center ?? 'all'}: ${state} ${reason.split('.').at(-1)}`,
          words: phrasebook.lookup(reason, facts, 'en'),
        })),
    )
  } finally {
    Object.assign(hooks(), { intercept: undefined })
    await world.close()
  }
}

async function troubles(change: Change): Promise<readonly string[]> {
  return (await look(change)).map(({ short }) => short)
}

const CONTEXT = 'tricenter-lab-zone-a'
/** The parts of zone-a's login. */
const clusterOf = (config: Kubeconfig): Entry => entryOf(config.clusters, String(contextOf(config)['cluster'])).cluster
const userOf = (config: Kubeconfig): Entry => entryOf(config.users, String(contextOf(config)['user'])).user
const contextOf = (config: Kubeconfig): Entry => entryOf(config.contexts, CONTEXT).context
function entryOf<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}
/** zone-a with another property. */
const zoneA =
  (more: object) =>
  (from: Topology): Topology => ({ ...from, centers: from.centers.map((one, i) => (i === 0 ? { ...one, ...more } : one)) })
const server = (of: string | (() => string)) => (config: Kubeconfig) => {
  clusterOf(config)['server'] = typeof of === 'string' ? of : of()
}
const user = (make: () => Entry) => (config: Kubeconfig) => {
  entryOf(config.users, String(contextOf(config)['user'])).user = make()
}
const client = (now: number): Entry => {
  const { cert, key } = createAuthority('elsewhere', now).issueClient({ commonName: 'somebody' })
  return { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const DAY = 86_400_000
const metricsAt =
  (url: string, more: object = {}) =>
  (from: Topology): Topology =>
    from.metrics === undefined
      ? from
      : { ...from, metrics: { ...from.metrics, ...more, centers: { ...from.metrics.centers, 'zone-a': { url, labels: {} } } } }
const metrics =
  (more: object) =>
  (from: Topology): Topology =>
    from.metrics === undefined ? from : { ...from, metrics: { ...from.metrics, ...more } }
const registryAt =
  (url: string) =>
  (from: Topology): Topology =>
    from.registry === undefined
      ? from
      : { ...from, registry: { ...from.registry, centers: { ...from.registry.centers, 'zone-a': { url } } } }
const answer = (path: string, status: number, body: string) => (hook: ApiHooks) => {
  hook.intercept = (request) => (request.path === path ? { status, body } : undefined)
}
const deployed = (from: Topology): Topology => ({
  ...from,
  deploy: { chart: { path: dir }, values: [], releases: {}, waves: [], drain: false, hold: 0, timeout: 1000 },
})
function helmThatSays(version: string | undefined): Readonly<Record<string, string>> {
  const bin = mkdtempSync(join(dir, 'bin-'))
  if (version !== undefined) {
    writeFileSync(join(bin, 'helm'), `#!/bin/sh\necho ${version}\n`)
    chmodSync(join(bin, 'helm'), 0o755)
  }
  return { PATH: version === undefined ? bin : `${bin}:/bin:/usr/bin` }
}

interface Row extends Change {
  readonly of: string
  readonly says: string
  readonly words: RegExp
}

const rows: readonly Row[] = [
  {
    of: 'kubeconfig missing',
    file: (path) => rmSync(path),
    says: 'TC-002 all: failed missing',
    words: /does not exist.*\n.*\nNext: --kubeconfig FILE/,
  },
  {
    of: 'kubeconfig unreadable',
    file: (path) => {
      rmSync(path)
      mkdirSync(path)
    },
    says: 'TC-002 all: failed unreadable',
    words: /may not be read: EISDIR\nNext: chown/,
  },
  {
    of: 'kubeconfig no YAML',
    file: (path) => writeFileSync(path, 'contexts: [\n'),
    says: 'TC-002 all: failed broken',
    words: /is no kubeconfig: .+\nNext: kubectl config view/,
  },
  {
    of: 'kubeconfig open to others',
    file: (path) => chmodSync(path, 0o644),
    says: 'TC-003 all: failed open',
    words: /mode 644\)\n.*\nNext: chmod 600 /,
  },
  {
    of: 'context misspelt',
    topology: zoneA({ context: 'tricenter-lab-zona' }),
    says: 'TC-004 zone-a: failed misspelt',
    words: /did you mean tricenter-lab-zone-[abc]\?\nNext: set centers\.zone-a\.context/,
  },
  {
    of: 'context unknown',
    topology: zoneA({ context: 'production' }),
    says: 'TC-004 zone-a: failed unknown',
    words: /has no context production; it has .*\nNext: kubectl config get-contexts/,
  },
  {
    of: 'context without its cluster',
    kubeconfig: (config) => void (contextOf(config)['cluster'] = 'gone'),
    says: 'TC-004 zone-a: failed unusable',
    words: /names the cluster gone/,
  },
  {
    of: 'two centers in one cluster',
    topology: zoneA({ context: 'tricenter-lab-zone-b' }),
    says: 'TC-005 all: failed shared',
    words: /zone-a,zone-b are one and the same cluster/,
  },
  {
    of: 'cluster not pinned',
    topology: (from) => ({ ...from, centers: from.centers.map(({ cluster: _, ...rest }) => rest) }),
    says: 'TC-006 zone-a: warning unpinned',
    words: /centers\.zone-a\.cluster: [0-9a-f-]{36}/,
  },
  {
    of: 'another cluster than pinned',
    topology: zoneA({ cluster: 'another' }),
    says: 'TC-006 zone-a: failed another',
    words: /not to the pinned another/,
  },
  {
    of: 'API refused',
    kubeconfig: server('https://127.0.0.1:1'),
    says: 'TC-007 zone-a: failed refused',
    words: /127\.0\.0\.1:1 refuses connections/,
  },
  {
    of: 'API silent',
    kubeconfig: server(() => `https://127.0.0.1:${portOf()}`),
    topology: (from) => ({ ...from, policy: { ...from.policy, deadlines: { ...from.policy.deadlines, read: 500 } } }),
    says: 'TC-007 zone-a: failed silent',
    words: /does not answer/,
  },
  {
    of: 'API without a name',
    kubeconfig: server('https://center-a.invalid:6443'),
    says: 'TC-007 zone-a: failed unnamed',
    words: /the name center-a\.invalid is not known here/,
  },
  {
    of: 'API of an authority that is not known',
    kubeconfig: (config) => void (clusterOf(config)['certificate-authority-data'] = base64(createAuthority('other', Date.now()).cert)),
    says: 'TC-007 zone-a: failed untrusted',
    words: /its certificate is not accepted: certificate not trusted/,
  },
  {
    of: 'API that speaks no TLS',
    kubeconfig: server(() => topology.centers[0]!.gateway.replace('http:', 'https:')),
    says: 'TC-007 zone-a: failed plain',
    words: /answers, but not as an API server/,
  },
  {
    of: 'authority unreadable',
    kubeconfig: (config) => setAuthorityFile(clusterOf(config)),
    says: 'TC-008 zone-a: failed unreadable',
    words: /ENOENT/,
  },
  {
    of: 'authority not checked',
    kubeconfig: (config) => {
      delete clusterOf(config)['certificate-authority-data']
      clusterOf(config)['insecure-skip-tls-verify'] = true
    },
    says: 'TC-008 zone-a: warning unchecked',
    words: /insecure-skip-tls-verify/,
  },
  {
    of: 'client certificate expired',
    kubeconfig: user(() => client(Date.now() - 400 * DAY)),
    says: 'TC-009 zone-a: failed expired',
    words: /expired on 20\d\d-/,
  },
  {
    of: 'client certificate to come',
    kubeconfig: user(() => client(Date.now() + DAY)),
    says: 'TC-009 zone-a: failed not-yet',
    words: /check the clock here/,
  },
  {
    of: 'client certificate ending soon',
    kubeconfig: user(() => client(Date.now() - 360 * DAY)),
    says: 'TC-009 zone-a: warning soon',
    words: /ends in [45] days/,
  },
  {
    of: 'client key missing',
    kubeconfig: (config) => void delete userOf(config)['client-key-data'],
    says: 'TC-009 zone-a: failed unreadable',
    words: /it has no key/,
  },
  {
    of: 'login plugin missing',
    kubeconfig: user(() => exec('aliyun-login')),
    says: 'TC-010 zone-a: failed not-found',
    words: /through aliyun-login, which is not in PATH/,
  },
  {
    of: 'login plugin missing, with a hint',
    kubeconfig: user(() => ({ exec: { ...(exec('oidc').exec as Entry), installHint: 'brew install oidc' } })),
    says: 'TC-010 zone-a: failed hinted',
    words: /Next: brew install oidc/,
  },
  {
    of: 'login plugin failing',
    kubeconfig: user(() => exec('/bin/false')),
    says: 'TC-010 zone-a: failed failing',
    words: /"\/bin\/false" ended with 1/,
  },
  {
    of: 'not logged in',
    hooks: (hook) => {
      hook.intercept = () => ({ status: 401, body: JSON.stringify({ kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' }) })
    },
    says: 'TC-011 zone-a: failed unknown',
    words: /not logged in: Unauthorized\n.*\nNext: log in again/,
  },
  {
    of: 'no right at all',
    kubeconfig: (config) => void (userOf(config)['as'] = 'nobody'),
    says: 'TC-012 zone-a: failed lacking',
    words: /status.* may not (get|list) .*\nNext: tricenter rbac status --user NAME \| kubectl --context/,
  },
  {
    of: 'an old API server',
    hooks: answer('/version', 200, '{"gitVersion": "v1.24.0"}'),
    says: 'TC-013 zone-a: warning old',
    words: /v1\.24\.0 is older than 1\.27\.0/,
  },
  {
    of: 'an API server newer than tried',
    hooks: answer('/version', 200, '{"gitVersion": "v1.41.0"}'),
    says: 'TC-013 zone-a: warning newer',
    words: /try a drill/,
  },
  {
    of: 'Gateway API missing',
    hooks: answer('/apis/gateway.networking.k8s.io/v1', 404, '404 page not found\n'),
    says: 'TC-014 zone-a: failed missing',
    words: /serves no gatewayclasses,gateways,httproutes/,
  },
  {
    of: 'Higress’ kinds missing',
    hooks: (hook) =>
      void (hook.intercept = ({ path }) =>
        /^\/apis\/[a-z]+\.higress\.io\/v1[a-z0-9]*$/.test(path) ? { status: 404, body: '404 page not found\n' } : undefined),
    says: 'TC-015 zone-a: failed missing',
    words: /none of Higress/,
  },
  {
    of: 'McpBridge not served',
    hooks: answer('/apis/networking.higress.io/v1', 404, '404 page not found\n'),
    says: 'TC-015 zone-a: failed no-bridge',
    words: /serves no McpBridge/,
  },
  {
    of: 'Helm missing',
    topology: deployed,
    env: () => helmThatSays(undefined),
    says: 'TC-016 all: failed unusable',
    words: /Helm cannot be used: /,
  },
  {
    of: 'Helm too old',
    topology: deployed,
    env: () => helmThatSays('v3.8.2+g1234567'),
    says: 'TC-016 all: warning old',
    words: /Helm 3\.8\.2.* is older than 3\.13\.0/,
  },
  {
    of: 'Helm of another age',
    topology: deployed,
    env: () => helmThatSays('v2.17.0'),
    says: 'TC-016 all: failed unusable',
    words: /Helm cannot be used/,
  },
  {
    of: 'answers that name no center',
    probe: true,
    topology: (from) => ({
      ...from,
      services: from.services.map((one) => ({ ...one, probe: { ...one.probe!, center: { header: 'x-nobody' } } })),
    }),
    says: 'TC-017 zone-a: failed unnamed',
    words: /20 of 20 answers name no center in header x-nobody/,
  },
  {
    of: 'answers that are no JSON',
    probe: true,
    topology: (from) => ({
      ...from,
      services: from.services.map((one) => ({ ...one, probe: { ...one.probe!, center: { json: 'data.nothing' } } })),
    }),
    says: 'TC-017 zone-a: failed unnamed',
    words: /in field data\.nothing/,
  },
  {
    of: 'a probe of a path that nobody serves',
    probe: true,
    topology: (from) => ({ ...from, services: from.services.map((one) => ({ ...one, probe: { ...one.probe!, host: 'nobody.example' } })) }),
    says: 'TC-017 zone-a: failed errors',
    words: /20 of 20 probes failed: HTTP 404/,
  },
  {
    of: 'state directory below a file',
    env: () => ({ TRICENTER_STATE_DIR: join(lab.kubeconfigPath, 'state') }),
    says: 'TC-018 all: failed unwritable',
    words: /ENOTDIR\n.*\nNext: export TRICENTER_STATE_DIR/,
  },
  {
    of: 'Prometheus refused',
    topology: metricsAt('http://127.0.0.1:1'),
    says: 'TC-019 zone-a: failed unreachable',
    words: /cannot be reached: refused/,
  },
  {
    of: 'no Prometheus at all there',
    topology: (from) => metricsAt(from.centers[0]!.gateway)(from),
    says: 'TC-019 zone-a: failed no-prometheus',
    words: /does not answer as Prometheus does/,
  },
  {
    of: 'a profile that nobody exports',
    topology: metrics({ profile: 'documented' }),
    says: 'TC-020 zone-a: failed none',
    words: /not one metric of the profile documented exists here/,
  },
  {
    of: 'scraped more rarely than declared',
    topology: metrics({ scrapeInterval: 500, window: 2000 }),
    says: 'TC-021 zone-a: failed rarer',
    words: /scrapes every 1s, not every 500ms\n.*\nNext: set metrics\.scrapeInterval: 1s and a window of 4s/,
  },
  {
    of: 'scraped oftener than declared',
    topology: metrics({ scrapeInterval: 15_000, window: 60_000 }),
    says: 'TC-021 zone-a: warning oftener',
    words: /oftener/,
  },
  {
    of: 'Nacos refused',
    topology: registryAt('http://127.0.0.1:1'),
    says: 'TC-022 zone-a: failed unreachable',
    words: /cannot be reached: refused\nNext: curl/,
  },
  {
    of: 'a proxy in the environment',
    env: () => ({ HTTPS_PROXY: 'http://proxy.example:3128' }),
    says: 'TC-023 all: warning unheeded',
    words: /^HTTPS_PROXY is set and not heeded/,
  },
  {
    of: 'a current context of elsewhere',
    kubeconfig: (config) => void (config['current-context'] = 'staging'),
    says: 'TC-024 all: warning elsewhere',
    words: /^staging is no center/,
  },
]

const portOf = (): number => (silentPort.address() as { port: number }).port
function exec(command: string): Entry {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' } }
}
function setAuthorityFile(cluster: Entry): void {
  delete cluster['certificate-authority-data']
  cluster['certificate-authority'] = 'gone.crt'
}

test('a lab as it starts has no fault of the set-up, whatever the environment', async () => {
  // Its Prometheus has to scrape once before it has anything to tell.
  await expect.poll(async () => (await troubles({})).filter((one) => /TC-0(19|20|21)/.test(one)), { timeout: 15_000 }).toEqual([])
  expect(await troubles({ probe: true })).toEqual([])
  expect(await troubles({ probe: true, topology: deployed, env: () => helmThatSays('v3.17.0') })).toEqual([])
})

test.each(rows)('$of', async ({ says, words, ...change }) => {
  const found = await look({ ...change, id: says.slice(0, 6) })
  expect(found.map(({ short }) => short)).toContain(says)
  expect(found.find(({ short }) => short === says)?.words).toMatch(words)
})

test('a registry that refuses its login is told apart from one that is lost', async () => {
  lab.registry('zone-a').set({ answer: 'forbidden' })
  try {
    expect(await troubles({})).toContain('TC-022 zone-a: failed refused')
  } finally {
    lab.registry('zone-a').reset()
  }
})

test('what cannot be read is told as such, once, and nothing about it passes', async () => {
  const found = await troubles({ kubeconfig: server('https://127.0.0.1:1') })
  for (const id of ['TC-006', 'TC-012', 'TC-013', 'TC-014', 'TC-015', 'TC-025', 'TC-027'])
    expect(found.filter((one) => one.startsWith(`${id} zone-a`))).toEqual([expect.stringContaining('inconclusive')])
  expect(found.filter((one) => / zone-b| zone-c/.test(one))).toEqual([])
})

test('what was tried out leaves nothing behind', async () => {
  const state = join(dir, 'deep', 'down')
  await troubles({ env: () => ({ TRICENTER_STATE_DIR: state }) })
  expect(() => readFileSync(join(dir, 'deep'))).toThrow(/ENOENT/)
})
