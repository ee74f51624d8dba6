import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { openScenario, ZONES, type Scenario, type Zone } from './harness.ts'

interface Rule {
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}
interface RoleObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly Rule[]
}

let it: Scenario
/** The lab's kubeconfig, acting as a user without any right. */
let limited: Readonly<Record<string, string>>

beforeAll(async () => {
  it = await openScenario()
  const kubeconfig = parse(readFileSync(it.lab.kubeconfigPath, 'utf8')) as { users: { user: Record<string, unknown> }[] }
  for (const { user } of kubeconfig.users) user['as'] = 'limited'
  const file = join(it.dir, 'limited.kubeconfig')
  writeFileSync(file, stringify(kubeconfig), { mode: 0o600 })
  limited = { KUBECONFIG: file }
}, 120_000)
afterAll(() => it.close())
beforeEach(() => it.reset(), 60_000)

async function rolesOf(verb: string): Promise<readonly RoleObject[]> {
  const { code, stdout } = await it.run(['rbac', verb, '--user', 'limited', '-o', 'json'])
  expect(code).toBe(0)
  return (JSON.parse(stdout) as { items: readonly RoleObject[] }).items
}

const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
}
const pathOf = ({ kind, metadata: { namespace } }: RoleObject): string =>
  `/apis/rbac.authorization.k8s.io/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}${PLURALS[kind] ?? ''}`

let granted: readonly RoleObject[] = []

/** Puts these roles into every cluster, in place of whatever an earlier call put there. */
async function grant(objects: readonly RoleObject[]): Promise<void> {
  await everywhere(granted, async (zone, object) => {
    expect((await it.client(zone).send('DELETE', `${pathOf(object)}/${object.metadata.name}`)).status).toBe(200)
  })
  await everywhere(objects, async (zone, object) => {
    expect((await it.client(zone).send('POST', pathOf(object), object)).status).toBe(201)
  })
  granted = objects
}

async function everywhere(objects: readonly RoleObject[], act: (zone: Zone, object: RoleObject) => Promise<void>): Promise<void> {
  await Promise.all(ZONES.flatMap((zone) => objects.map((object) => act(zone, object))))
}

/** The same roles, each time without one rule. */
function lessened(objects: readonly RoleObject[]): readonly { readonly without: string; readonly objects: readonly RoleObject[] }[] {
  return objects.flatMap((object) =>
    (object.rules ?? []).map((rule) => ({
      without: `${rule.verbs.join(',')} ${rule.resources.join(',')}`,
      objects: objects.map((one) => (one === object ? { ...one, rules: object.rules?.filter((other) => other !== rule) ?? [] } : one)),
    })),
  )
}

test('without any right, status reads nothing', async () => {
  expect((await it.run(['status'], { env: limited })).code).toBe(4)
})

test('status is whole with its role, and misses something without any of its rules', async () => {
  const roles = await rolesOf('status')
  await grant(roles)
  const whole = await it.run(['status'], { env: limited })
  expect(whole).toMatchObject({ code: 0 })
  expect(whole.stdout).not.toMatch(/forbidden/)
  for (const { without, objects } of lessened(roles)) {
    await grant(objects)
    const { code, stdout } = await it.run(['status'], { env: limited })
    expect(`${code} ${stdout}`, without).toMatch(/^4|forbidden|not readable/)
  }
}, 120_000)

test('verify concludes as an administrator’s with its role, and cannot tell something without any of its rules', async () => {
  const states = (stdout: string): string =>
    (JSON.parse(stdout) as { outcomes: readonly { id: string; center?: string; state: string }[] }).outcomes
      // Figures of Prometheus need no right of the API, and move from one look to the next.
      .filter(({ id }) => !id.startsWith('TC-4'))
      .map(({ id, center = '', state }) => `${id} ${center} ${state}`)
      .join('\n')
  // Pods of the lab have no kubelet through which a real API server would forward.
  const forwards = it.lab.engine === 'embedded'
  const verify = ['verify', ...(forwards ? ['--data-plane'] : []), '-o', 'json']
  // A lab that has just come up is still being measured and registered.
  const admin = await it.run([...verify, '--wait', '60s'])
  expect(admin.code).toBe(0)
  const roles = await rolesOf('verify')
  await grant(roles)
  const whole = await it.run(verify, { env: limited })
  expect(states(whole.stdout)).toBe(states(admin.stdout))
  for (const { without, objects } of lessened(roles).filter((one) => forwards || !one.without.includes('pods/portforward'))) {
    await grant(objects)
    const { stdout } = await it.run(verify, { env: limited })
    expect(states(stdout), without).not.toBe(states(whole.stdout))
    expect(states(stdout), without).toMatch(/inconclusive/)
  }
}, 180_000)

test('failover switches with its role; without any of its rules it does not, or does not know that this is a lab', async () => {
  const roles = await rolesOf('failover')
  const switched = async (): Promise<{ readonly code: number | undefined; readonly stderr: string }> => {
    await it.reset()
    return await it.run(['failover', '--center', 'zone-a', '--confirm=zone-a'], { env: limited })
  }
  await grant(roles)
  const whole = await switched()
  expect(whole).toMatchObject({ code: 0 })
  expect(whole.stderr).toMatch(/lab, embedded API|lab, /)
  for (const { without, objects } of lessened(roles)) {
    await grant(objects)
    const { code, stderr } = await switched()
    if (code === 0) expect(stderr, without).not.toMatch(/lab, /)
    else expect([3, 4, 6], without).toContain(code)
  }
}, 240_000)

test.each([
  { verb: 'diff', args: ['diff'] },
  { verb: 'rebalance', args: ['rebalance', '--set', 'zone-a=60,zone-b=40', '--at-once', '--yes'] },
  { verb: 'drill', args: ['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a'] },
])(
  '$verb needs no more than its role',
  async ({ verb, args }) => {
    await grant(await rolesOf(verb))
    const { code, stderr } = await it.run(args, { env: limited })
    expect(`${code} ${stderr}`).toMatch(/^0 /)
  },
  120_000,
)
