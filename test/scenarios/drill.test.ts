import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { isMutating } from '../../src/lab/apiserver/request.ts'
import { bare, DEPLOYMENTS, NORMAL, openScenario, STACK, ZONES, type Scenario } from './harness.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

/** Everything that a drill may touch, without what the API server writes. */
const world = async (): Promise<readonly string[]> =>
  await Promise.all(
    ZONES.map(async (zone) => {
      const { metadata, spec } = await scenario.deployment(zone)
      const annotations = Object.keys(metadata.annotations ?? {}).filter((key) => key.startsWith('tricenter.io/'))
      return `${bare(await scenario.routes(zone))} ${String(spec.replicas)} ${annotations.join()}`
    }),
  )

/** As if the time that the drill gave itself had passed. */
async function expire(): Promise<void> {
  const { metadata } = await scenario.deployment('zone-a')
  const mark = JSON.parse(metadata.annotations?.['tricenter.io/fault'] ?? '') as object
  await scenario.client('zone-a').mergePatch(`${DEPLOYMENTS}/${metadata.name}`, {
    metadata: { annotations: { 'tricenter.io/fault': JSON.stringify({ ...mark, until: 1 }) } },
  })
}

test.each([
  ['single-center', ['--center', 'zone-a', '--confirm=zone-a'], 'ai-service-zone-a scaled 10 → 0'],
  ['single-center', ['--center', 'zone-b', '--confirm=zone-b', '--fault', 'lost', '--detect', 'now'], 'zone-b lost'],
  ['dual-center', ['--region', 'beijing', '--confirm=beijing'], 'scaled 10 → 0'],
])('a %s drill %j holds and leaves nothing behind', async (name, flags, words) => {
  const before = await world()
  const held = await scenario.run(['drill', name, ...flags])
  expect(held.stderr).toContain(words)
  expect(held.stderr).toMatch(/^Held\. RTO \d+\.\d s/m)
  expect(held.stderr).toMatch(/, 0 lost, 0 twice/)
  expect(held).toMatchObject({ code: 0, stdout: '' })
  expect(await world()).toEqual(before)
  expect(ZONES.map((zone) => scenario.lab.status().centers[zone]?.fault)).toEqual([null, null, null])
})

test('a drill whose survivors cannot carry the load is refused with nothing touched', async () => {
  const small = join(scenario.dir, 'work', 'small.yaml')
  writeFileSync(small, readFileSync(scenario.lab.topologyPath, 'utf8').replaceAll('capacity: 1200', 'capacity: 80'))
  const refused = await scenario.run(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a', '--topology', small])
  expect(refused.code).toBe(3)
  expect(refused.stderr).toMatch(/capacity/)
  expect(refused.stderr).toContain('Nothing was changed')
  expect(scenario.heard.filter(isMutating)).toEqual([])
})

test('a drill whose survivors fail does not hold, is restored, and answers 1', async () => {
  const before = await world()
  const strict = join(scenario.dir, 'work', 'strict.yaml')
  const text = readFileSync(scenario.lab.topologyPath, 'utf8')
  writeFileSync(strict, text.replace('policy:\n', 'policy:\n  targets:\n    single: 4s\n'))
  // The moment zone-b's own cluster has been switched, zone-b begins to fail.
  const hooks = scenario.hooks('zone-b')
  hooks.after = async ({ method, path }) => {
    if (method === 'PATCH' && path.includes('/httproutes/')) await scenario.lab.fault('zone-b', { kind: 'reset', target: 'services' })
  }
  const drill = scenario.start(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a', '--topology', strict])
  await drill.says(/restore /)
  hooks.after = undefined
  await scenario.lab.heal('zone-b')
  const ended = await drill.ended
  expect(ended.stderr).toMatch(/^Did not hold/m)
  expect(ended.stderr).not.toMatch(STACK)
  expect(ended.code).toBe(1)
  expect(await world()).toEqual(before)
})

test('a baseline that does not hold makes no fault', async () => {
  await scenario.lab.fault('zone-b', { kind: 'reset', target: 'services' })
  const ended = await scenario.run(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a'])
  expect([3, 7]).toContain(ended.code)
  expect(scenario.heard.filter(isMutating)).toEqual([])
})

test('an abandoned drill is seen by status and restored from another machine', async () => {
  const before = await world()
  const drill = scenario.start(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a'])
  await drill.says(/fault bites/)
  drill.kill('SIGKILL')
  expect(await drill.ended).toMatchObject({ signal: 'SIGKILL' })
  expect(await world()).not.toEqual(before)
  const [run = ''] = scenario.runs()

  const going = await scenario.run(['status'], { machine: 'elsewhere' })
  expect(going.stdout).toContain(`Drill ${run} holds zone-a ai-system/ai-service-zone-a at 0, was 10.`)
  await expire()
  const seen = await scenario.run(['status'], { machine: 'elsewhere' })
  expect(seen.stdout).toContain(`tricenter resume ${run}`)
  const resumed = await scenario.run(['resume'], { machine: 'elsewhere' })
  expect(resumed.stderr).not.toMatch(STACK)
  expect(resumed.code).toBe(7)
  expect(await world()).toEqual(before)
  expect(await scenario.weights('zone-a')).toEqual(NORMAL)

  // The first machine finds its own journal unfinished, and the world as it was.
  const own = await scenario.run(['resume', run])
  expect([0, 7]).toContain(own.code)
  expect(await world()).toEqual(before)
})

test('drills are listed, and the one that is asked for must be one of them', async () => {
  expect((await scenario.run(['drill', '--list', '-o', 'name'])).stdout).toBe('drill-dual-center\ndrill-single-center\n')
  expect(await scenario.run(['drill', 'single-centre', '--center', 'zone-a'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean single-center?'),
  })
})
