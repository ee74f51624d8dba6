import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DEPLOYMENTS, openScenario, ROUTES, STACK, type Scenario } from './harness.ts'

let it: Scenario
beforeAll(async () => {
  it = await openScenario()
}, 120_000)
afterAll(() => it.close())
beforeEach(() => it.reset(), 60_000)

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

test('a lab as it starts: nothing found, in few lines of 80 columns', async () => {
  const { code, stdout, stderr } = await it.run(['doctor'])
  // The definitions of Gateway API that the real control planes are given are older than what `timeouts` need, and that is said.
  const old = it.lab.engine === 'binaries'
  expect(`${stdout}${stderr}`).toMatch(new RegExp(`^Set-up: \\d+ ok${old ? ' · 3 warned' : ''} · \\d+ not applicable\\n`))
  expect(/^(?:warn|FAIL|cannot tell) .*/gm.exec(stdout)?.[0]).toBe(old ? 'warn TC-014 zone-a, zone-b, zone-c' : undefined)
  expect(stdout + stderr).toMatch(/^No symptom shows\.$/m)
  expect(code).toBe(0)
  expect(widest(stdout)).toBeLessThanOrEqual(80)
}, 30_000)

test('verify asks nothing of the set-up, unless it is told to', async () => {
  const asked = async (args: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await it.run(['verify', '-o', 'json', ...args])
    return [...new Set((JSON.parse(stdout) as { outcomes: readonly { group: string }[] }).outcomes.map(({ group }) => group))]
  }
  expect(await asked([])).not.toContain('setup')
  expect(await asked(['--group', 'setup'])).toEqual(['setup'])
  expect(await asked(['state-writable'])).toEqual(['setup'])
}, 30_000)

test.each([
  { of: 'no topology', file: undefined, says: /^FAIL TC-001 .*\n {2}Could not find the topology\.\n[^]*or write one: tricenter init\n/m },
  {
    of: 'mistakes in it',
    file: 'apiVersion: tricenter.io/v1\nkind: Topology\nnmae: x\n',
    says: /^FAIL TC-001 all centers\n[^]*tricenter\.yaml:3:1: nmae: unknown\s+key\. Did you mean name\?\n/m,
  },
])('$of: told as a finding, exit 1', async ({ file, says }) => {
  const dir = mkdtempSync(join(it.dir, 'no-'))
  const path = join(dir, 'tricenter.yaml')
  if (file !== undefined) writeFileSync(path, file)
  const { code, stdout, stderr } = await it.run(['doctor'], { env: { TRICENTER_TOPOLOGY: path } })
  expect(stdout).toMatch(says)
  expect(stderr).toBe('')
  expect(code).toBe(1)
  rmSync(dir, { recursive: true })
})

test('without any kubeconfig: one fault with the line that mends it, and no stack', async () => {
  const { code, stdout, stderr } = await it.run(['doctor'], { env: { KUBECONFIG: join(it.dir, 'gone') } })
  expect(stdout).toMatch(/FAIL TC-002 all centers: .*gone\n {2}.*gone does not exist, and there is no\s+other\n/)
  expect(stdout).toContain('Next: --kubeconfig FILE, or export KUBECONFIG=FILE')
  expect(`${stdout}${stderr}`).not.toMatch(STACK)
  expect(code).toBe(1)
  expect(widest(stdout.replaceAll(/\S{60,}/g, ''))).toBeLessThanOrEqual(80)
}, 30_000)

test('an instance-less center: errors, and why no switch happened, with the command that mends both', async () => {
  await it.client('zone-a').mergePatch(`${DEPLOYMENTS}/ai-service-zone-a`, { spec: { replicas: 0 } })
  await expect.poll(() => it.lab.status().centers['zone-a']?.ready).toBe(0)
  const { code, stdout } = await it.run(['doctor', '--probe'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^Clients get errors \(502, 503\): it shows$/m)
  expect(stdout).toMatch(/^A switch did not happen: it shows$/m)
  expect(stdout).toMatch(
    /Most likely cause: TC-026 zone-a\n {4}ai-service has no ready instances in zone-a, and \d+ routes still send to it/,
  )
  expect(stdout).toMatch(/First: tricenter failover --center zone-a --dry-run\n$/)
  expect(widest(stdout)).toBeLessThanOrEqual(80)
}, 60_000)

test('an uneven split: weights that one cluster has of its own, in Chinese too', async () => {
  const route = (await it.routes('zone-b'))['ai-service-dual-active']
  const rules = structuredClone(route?.spec.rules) as unknown as { backendRefs: { weight: number }[] }[]
  rules[0]!.backendRefs[0]!.weight = 90
  await it.client('zone-b').mergePatch(`${ROUTES}/ai-service-dual-active`, { spec: { rules } })
  const { code, stdout } = await it.run(['doctor', '--symptom', 'split', '-o', 'json'])
  expect(code).toBe(1)
  const { kind, exit, diagnoses } = JSON.parse(stdout) as {
    kind: string
    exit: number
    diagnoses: readonly { symptom: string; causes: readonly { id: string; mend: string; message: string }[] }[]
  }
  expect({ kind, exit, symptoms: diagnoses.map(({ symptom }) => symptom) }).toEqual({ kind: 'Checkup', exit: 1, symptoms: ['split'] })
  expect(diagnoses[0]?.causes.slice(0, 2).map(({ id }) => id)).toEqual(['TC-211', 'TC-025'])
  expect(diagnoses[0]?.causes[0]).toMatchObject({ mend: 'tricenter diff' })
  const chinese = await it.run(['doctor', '--symptom', 'split', '--lang', 'zh'])
  expect(chinese.stdout).toMatch(/^流量分配不均：/m)
  expect(chinese.stdout).toMatch(/最可能的原因：TC-211/)
  expect(chinese.stdout).toMatch(/首先：tricenter diff\n$/)
}, 60_000)

test('a switch in force is no fault, and the most likely cause of an uneven split', async () => {
  expect(await it.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])).toMatchObject({ code: 0 })
  const { code, stdout } = await it.run(['doctor', '--symptom', 'split'])
  expect(stdout).toMatch(
    /Most likely cause: TC-025 zone-a, zone-b, zone-c\n {4}a switch is in force \(\S+\): zone-a gets nothing, and is meant\s+to/,
  )
  expect(stdout).toMatch(/First: tricenter failback --center zone-a --dry-run\n$/)
  expect(code).toBe(1)
}, 60_000)

test('a center whose API is lost is one fault, and everything else is told all the same', async () => {
  await it.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
  const { code, stdout } = await it.run(['doctor'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAIL TC-007 zone-c\n {2}127\.0\.0\.1:\d+ refuses connections\n/)
  expect(stdout).toContain('Until then nothing else can be asked of zone-c: -o wide.')
  expect(stdout).not.toMatch(/cannot tell TC/)
}, 30_000)

test('a symptom that is not known is a mistake of whoever asks', async () => {
  const { code, stderr } = await it.run(['doctor', '--symptom', 'slowness'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/errors, split, proximity, no-switch/)
})
