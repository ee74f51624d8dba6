import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isMutating } from '../../src/lab/apiserver/request.ts'
import { widthOf } from '../../src/ui/line.ts'
import { draft7Errors } from '../documents/draft7.ts'
import { parseXml } from '../report/xml.ts'
import { openScenario, ROUTES, STACK, type Scenario } from './harness.ts'
import { head } from './program.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario({ load: 0 })
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

interface Seen {
  readonly exit: number
  readonly out: readonly string[]
  readonly counts: Readonly<Record<string, number>>
  readonly unread: readonly { readonly center: string; readonly out?: true }[]
  readonly outcomes: readonly { readonly check: string; readonly group: string; readonly center?: string; readonly state: string }[]
}

/** Its exit code is the one that the document says. */
async function verify(...args: readonly string[]): Promise<Seen> {
  const { code, stdout, stderr } = await scenario.run(['verify', ...args, '-o', 'json'])
  expect(stdout + stderr).not.toMatch(STACK)
  const seen = JSON.parse(stdout) as Seen
  expect(code).toBe(seen.exit)
  return seen
}

const states = ({ outcomes }: Seen) => outcomes.map(({ check, center = 'all', state }) => `${check} ${center} ${state}`)

/** Takes all weight out of one rule. */
async function unweighted(center: 'zone-b'): Promise<void> {
  const { spec } = (await scenario.routes(center))['ai-service-dual-active-route']!
  const rules = (spec.rules ?? []).map((rule) => ({ ...rule, backendRefs: (rule.backendRefs ?? []).map((ref) => ({ ...ref, weight: 0 })) }))
  await scenario.client(center).mergePatch(`${ROUTES}/ai-service-dual-active-route`, { spec: { rules } })
}

test('all is well: 0, each route asked about in each center, and nothing is changed', async () => {
  const seen = await verify('--group', 'routes')
  expect(seen).toMatchObject({ exit: 0, out: [], unread: [], counts: { failed: 0, inconclusive: 0 } })
  expect(states(seen)).toEqual(expect.arrayContaining(['routes-reported zone-a passed', 'routes-alike all passed']))
  const screen = await scenario.run(['verify', 'routes-reported', 'tc-211'])
  expect(screen).toMatchObject({ code: 0, stderr: '' })
  expect(screen.stdout).toMatch(/^TC-204 .* ok +ok +ok +–\nTC-211 .* – +– +– +ok\n\n4 ok · in \d+ ms\n$/m)
  expect(scenario.heard.filter(isMutating)).toEqual([])
  expect(scenario.heard.length).toBeGreaterThan(0)
})

test('a check that fails: 1, in every form the same', async () => {
  await unweighted('zone-b')
  const seen = await verify('rules-weighted')
  expect(seen).toMatchObject({ exit: 1, firstBroken: { 'zone-b': 'object' } })
  const { code, stdout } = await scenario.run(['schema', 'verification'])
  expect(code).toBe(0)
  expect(draft7Errors(JSON.parse(stdout), seen)).toEqual([])
  expect(parse((await scenario.run(['verify', 'rules-weighted', '-o', 'yaml'])).stdout)).toMatchObject({ exit: 1, counts: seen.counts })

  const junit = await scenario.run(['verify', 'rules-weighted', '-o', 'junit'])
  expect(junit.code).toBe(1)
  expect(parseXml(junit.stdout)).toMatchObject({
    attributes: { tests: '3', failures: '1', errors: '0', skipped: '0' },
    children: [{ attributes: { name: 'zone-a' } }, { attributes: { name: 'zone-b', failures: '1' } }, { attributes: { name: 'zone-c' } }],
  })
  const markdown = await scenario.run(['verify', 'rules-weighted', '-o', 'markdown'])
  expect(markdown.stdout).toContain('| TC-205 rules have weight | ok | FAIL | ok |')

  const summary = join(scenario.dir, 'summary.md')
  const github = await scenario.run(['verify', 'rules-weighted', '-o', 'github'], { env: { GITHUB_STEP_SUMMARY: summary } })
  expect(github).toMatchObject({ code: 1, stdout: expect.stringMatching(/^::error title=TC-205 zone-b%3A [^\n]+\n$/) as string })
  expect(readFileSync(summary, 'utf8')).toContain('### FAIL: TC-205')
})

describe('what cannot be known', () => {
  test('a center that cannot be read: 4', async () => {
    await scenario.lab.fault('zone-b', { kind: 'refuse' })
    const seen = await verify('routes-reported', 'services-serving')
    expect(seen).toMatchObject({ exit: 4, unread: [{ center: 'zone-b' }] })
    expect(states(seen)).toContain('services-serving zone-b inconclusive')
    const { code, stdout } = await scenario.run(['verify', 'routes-reported', 'services-serving'])
    expect(code).toBe(4)
    expect(stdout).toMatch(/cannot tell TC-106 TC-204 zone-b\n {2}its API cannot be read: refused\n/)
  })

  test('evidence that is missing: 7', async () => {
    await scenario.lab.fault('zone-b', { kind: 'refuse', target: 'nacos' })
    const seen = await verify('registry-healthy')
    expect(seen).toMatchObject({ exit: 7, unread: [] })
    expect(states(seen)).toContain('registry-healthy zone-b inconclusive')
  })

  test('a center that a switch has taken out is not needed: 0; by its name it is: 4', async () => {
    await scenario.lab.fault('zone-a', { kind: 'refuse' })
    expect((await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])).code).toBe(0)
    const seen = await verify('routes-reported', 'services-serving')
    expect(seen).toMatchObject({ exit: 0, out: ['zone-a'], unread: [{ center: 'zone-a', out: true }], counts: { out: 2 } })
    const { stdout } = await scenario.run(['verify', 'services-serving'])
    expect(stdout).toMatch(/^TC-106 .* \(cannot tell\) +ok +ok$/m)
    expect(stdout).toMatch(/^zone-a cannot be read, and is deferred: tricenter sync --center zone-a --wait$/m)
    expect(await verify('services-serving', '--center', 'zone-a')).toMatchObject({ exit: 4, centers: ['zone-a'] })
  })
})

describe('which checks', () => {
  test('by group, by center', async () => {
    const seen = await verify('--group', 'routes,deployment', '--center', 'zone-b')
    expect(new Set(seen.outcomes.map(({ group }) => group))).toEqual(new Set(['routes', 'deployment']))
    const asked = seen.outcomes.filter(({ state }) => state !== 'skipped')
    expect(new Set(asked.map(({ center }) => center))).toEqual(new Set(['zone-b']))
    expect(new Set(scenario.heard.map(({ center }) => center))).toEqual(new Set(['zone-b']))
  })

  test('--list asks none', async () => {
    const { code, stdout } = await scenario.run(['verify', '--list', '-o', 'json'])
    expect(code).toBe(0)
    const { items } = JSON.parse(stdout) as { items: { name: string; id: string }[] }
    expect(items).toContainEqual(expect.objectContaining({ name: 'routes-reported', id: 'TC-204', group: 'routes', scope: 'center' }))
    expect((await scenario.run(['verify', '--list', '--lang', 'zh'])).stdout).toMatch(
      /^TC-204 +routes-reported +routes +conditions +\S*路由/m,
    )
    expect(scenario.heard).toEqual([])
  })

  test.each([
    { args: ['routes-reportd'], says: 'no check routes-reportd (did you mean routes-reported?); tricenter verify --list shows them' },
    { args: ['rout'], says: /no check rout \(did you mean .*--group routes\?\)/ },
    { args: ['--group', 'rutes'], says: 'no group rutes (did you mean routes?)' },
    { args: ['--wait', 'soon'], says: /--wait/ },
    { args: ['--center', 'zone-x'], says: /zone-x/ },
    { args: ['registry-healthy', '--group', 'routes'], says: 'no check is left' },
  ])('$args: 2, in words, and nobody is asked', async ({ args, says }) => {
    const { code, stdout, stderr } = await scenario.run(['verify', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(STACK)
    expect(scenario.heard).toEqual([])
  })
})

test('checks that send requests are asked with --probe only, and are told without', async () => {
  const topology = parse(readFileSync(scenario.lab.topologyPath, 'utf8')) as { services: object; verify?: object }
  const [service] = Object.keys(topology.services)
  const headers = [{ service, header: 'X-Client-Region', value: 'beijing', centers: ['zone-a', 'zone-b'] }]
  const file = join(scenario.dir, 'probed.yaml')
  writeFileSync(file, JSON.stringify({ ...topology, verify: { ...topology.verify, headers } }))
  const ask = (...more: readonly string[]) => scenario.run(['verify', 'headers-land', ...more], { env: { TRICENTER_TOPOLOGY: file } })
  expect(await ask()).toMatchObject({
    code: 7,
    stdout: expect.stringMatching(/^Not asked without --probe, which sends requests: 1 check\.$/m) as string,
  })
  const probed = JSON.parse((await ask('--probe', '-o', 'json')).stdout) as Seen
  expect(probed.outcomes.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed'])
})

describe('--wait', () => {
  test('looks again until all is well', async () => {
    await scenario.lab.fault('zone-b', { kind: 'refuse' })
    const running = scenario.start(['verify', 'services-serving', '--wait', '30s'])
    await running.says(/not yet: 2 ok · 1 cannot tell; looking again/)
    await scenario.lab.heal()
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/3 ok/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('the time is over: the last look counts', async () => {
    await unweighted('zone-b')
    expect((await scenario.run(['verify', 'rules-weighted', '--wait', '100ms'])).code).toBe(1)
  })

  test('an interrupt ends it at once, with what was seen', async () => {
    await unweighted('zone-b')
    const running = scenario.start(['verify', 'rules-weighted', '--wait', '10m'])
    await running.says(/looking again/)
    running.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/1 failed/)
  })
})

test('verify | head ends quietly', async () => {
  const { kubeconfigPath, topologyPath } = scenario.lab
  const said = await head('verify -o json', { KUBECONFIG: kubeconfigPath, TRICENTER_TOPOLOGY: topologyPath })
  expect(said).toBe('{\nends 0\n')
})

test('in Chinese: words, not names, within 80 cells', async () => {
  await unweighted('zone-b')
  const { code, stdout } = await scenario.run(['verify', '--group', 'routes', '--lang', 'zh'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^TC-205 \S*[\u4E00-\u9FFF].* 失败 /m)
  expect(stdout).toMatch(/项通过 · 2 项失败/)
  for (const line of stdout.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(80)
})
