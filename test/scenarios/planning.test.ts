import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isMutating } from '../../src/lab/apiserver/request.ts'
import { bare, NORMAL, openScenario, ROUTES, STACK, WITHOUT_A, world, ZONES, type Scenario } from './harness.ts'

const shell = promisify(execFile)
const kubectl = await shell('kubectl', ['version', '--client']).then(
  () => true,
  () => false,
)

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

describe('a dry run', () => {
  test.each([
    ['failover', '--center', 'zone-a'],
    ['failover', '--region', 'beijing'],
    ['rebalance', '--set', 'zone-a=70,zone-b=30'],
    ['drill', 'single-center', '--center', 'zone-a'],
    ['runbook', 'run', 'failover', '-p', 'centers=zone-b'],
  ])('of %s %s %s makes no mutating request and writes no journal', async (...args) => {
    const { code, stdout } = await scenario.run([...args.filter((one) => one !== undefined), '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing was written.')
    expect(scenario.heard.filter(isMutating)).toEqual([])
    expect(scenario.heard.length).toBeGreaterThan(0)
    expect(scenario.runs()).toEqual([])
  })

  test.skipIf(!kubectl)('prints kubectl lines that do the same when they are pasted', async () => {
    const { stdout } = await scenario.run(['failover', '--center', 'zone-a', '--dry-run'])
    const lines = stdout.split('\n').filter((line) => line.startsWith('kubectl '))
    expect(lines).toHaveLength(12)
    const env = { PATH: process.env['PATH'], HOME: scenario.dir, KUBECONFIG: scenario.lab.kubeconfigPath }
    for (const line of lines) await shell('sh', ['-c', line], { env })
    const pasted = await Promise.all(ZONES.map((zone) => scenario.weights(zone)))
    expect(pasted).toEqual([WITHOUT_A, WITHOUT_A, WITHOUT_A])
    const again = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing to do') })
    // Pasted a second time they find something else, and say so instead of writing.
    await expect(shell('sh', ['-c', lines[0] ?? ''], { env })).rejects.toMatchObject({ code: 1 })
  })

  test('says as JSON what it would change', async () => {
    const { stdout } = await scenario.run(['failover', '--center', 'zone-a', '--dry-run', '-o', 'json'])
    const plan = JSON.parse(stdout) as { kind: string; apiVersion: string }
    expect(plan).toMatchObject({ apiVersion: 'tricenter.io/v1', kind: 'Plan' })
    expect(stdout.match(/kubectl --context/g)).toHaveLength(12)
  })
})

describe('a saved plan', () => {
  test('is carried out while it is true, and refused once it is not', async () => {
    const file = join(scenario.dir, 'work', 'plan.json')
    expect((await scenario.run(['failover', '--center', 'zone-a', '--dry-run', '--plan-out', 'plan.json'])).code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'Plan', verb: 'failover', situation: ['zone-a'] })

    const routes = await scenario.routes('zone-b')
    const route = routes['ai-service-dual-active-route']
    await scenario.client('zone-b').mergePatch(`${ROUTES}/ai-service-dual-active-route`, {
      spec: {
        rules: route?.spec.rules?.map((rule) => ({ ...rule, backendRefs: rule.backendRefs?.map((ref) => ({ ...ref, weight: 40 })) })),
      },
    })
    scenario.forget()
    const stale = await scenario.run(['failover', '--center', 'zone-a', '--plan', 'plan.json', '--confirm=zone-a'])
    expect(stale).toMatchObject({ code: 3, stderr: expect.stringContaining('stale-plan') })
    expect(scenario.heard.filter(isMutating)).toEqual([])
    await scenario.reset()

    const done = await scenario.run(['failover', '--center', 'zone-a', '--plan', 'plan.json', '--confirm=zone-a'])
    expect(done.code).toBe(0)
    expect(await scenario.weights('zone-b')).toEqual(WITHOUT_A)
  })

  test('of another command is refused', async () => {
    await scenario.run(['failover', '--center', 'zone-a', '--dry-run', '--plan-out', 'plan-a.json'])
    expect((await scenario.run(['failover', '--center', 'zone-b', '--plan', 'plan-a.json', '--confirm=zone-b'])).code).toBe(2)
    expect(await scenario.weights('zone-b')).toEqual(NORMAL)
  })
})

describe('a question', () => {
  test.each([
    ['no flag', [], 'Say it beforehand: --confirm=zone-a'],
    ['a wrong value', ['--confirm=zone-b'], 'zone-b was typed, zone-a was asked for. Nothing was changed.'],
    ['only --yes', ['--yes'], '--confirm=zone-a'],
  ])('with %s is a refusal at once: nobody can be asked', async (_, flags, words) => {
    const began = performance.now()
    const refused = await scenario.run(['failover', '--center', 'zone-a', ...flags])
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining(words) })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(refused.stderr).not.toMatch(STACK)
    expect(scenario.heard.filter(isMutating)).toEqual([])
  })
})

describe('a rebalance', () => {
  test('goes in proved steps to the ratio, and undo puts back what was there', async () => {
    const before = await Promise.all(ZONES.map(async (zone) => bare(await scenario.routes(zone))))
    const done = await scenario.run(['rebalance', '--set', 'zone-a=70,zone-b=30', '--yes'])
    expect(done.stderr).toMatch(/held +50 % · .*\n?.*/)
    expect(done.stderr).toMatch(/held +100 % · /)
    expect(done).toMatchObject({ code: 0 })
    expect(await scenario.weights('zone-c')).toEqual(world('70/30/-', '70/30/0'))
    const [run = ''] = scenario.runs()
    const taken = await scenario.run(['undo', run, '--yes'])
    expect(taken.code).toBe(0)
    expect(await Promise.all(ZONES.map(async (zone) => bare(await scenario.routes(zone))))).toEqual(before)
    const twice = await scenario.run(['undo', scenario.runs().at(-1) ?? '', '--yes'])
    expect(twice).toMatchObject({ code: 3, stderr: expect.stringContaining('An undo is not undone') })
  })

  test('--step divides the way, and --to normal leads back', async () => {
    const done = await scenario.run(['rebalance', '--set', 'zone-a=80,zone-b=20', '--step', '15', '--yes'])
    expect(done.code).toBe(0)
    expect(done.stderr.match(/ held +\d+ %/g)).toHaveLength(2)
    expect((await scenario.run(['rebalance', '--to', 'normal', '--yes'])).code).toBe(0)
    expect(await scenario.weights('zone-a')).toEqual(NORMAL)
  })

  test('beyond the capacity is refused by name, and goes on when the guard is overridden with a reason', async () => {
    const small = join(scenario.dir, 'work', 'small.yaml')
    writeFileSync(small, readFileSync(scenario.lab.topologyPath, 'utf8').replace('capacity: 1200', 'capacity: 80'))
    const args = ['rebalance', '--set', 'zone-a=90,zone-b=10', '--at-once', '--topology', small, '--yes']
    const refused = await scenario.run(args)
    expect(refused.code).toBe(3)
    expect(refused.stderr).toMatch(/Will not rebalance: capacity\./)
    expect(refused.stderr).toContain('--override capacity --reason')
    expect(await scenario.weights('zone-a')).toEqual(NORMAL)
    const overridden = await scenario.run([...args, '--override', 'capacity', '--reason', 'agreed with the owners'])
    expect(overridden.code).toBe(0)
    const started = scenario.journal(scenario.runs().at(-1) ?? '')[0]
    expect(started).toMatchObject({ overrides: [{ guard: 'capacity', reason: 'agreed with the owners' }] })
    expect(await scenario.weights('zone-a')).toEqual(world('90/10/-', '90/10/0'))
  })
})

describe('output', () => {
  test('as JSON is one document of the run', async () => {
    await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
    const { code, stdout } = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a', '-o', 'json'])
    expect(code).toBe(0)
    const result = JSON.parse(stdout) as { report: string; changes: { applied: boolean }[] }
    expect(result).toMatchObject({
      kind: 'RunResult',
      verb: 'failover',
      answer: 'yes',
      world: 'as-planned',
      exit: 0,
      situation: { is: ['zone-a'] },
    })
    expect(result.changes.filter(({ applied }) => applied)).toHaveLength(12)
    expect(existsSync(result.report)).toBe(true)
  })

  test('as NDJSON is one line a record, and nothing else on stdout', async () => {
    const { code, stdout } = await scenario.run(['rebalance', '--set', 'zone-a=55,zone-b=45', '--yes', '-o', 'ndjson'])
    expect(code).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; n?: number })
    const [run = ''] = scenario.runs()
    const records = scenario.journal(run).filter(({ type }) => type !== 'sampled')
    expect(lines.filter(({ type }) => type !== 'progress' && type !== 'sampled').map(({ type }) => type)).toEqual(
      records.map(({ type }) => type),
    )
    expect(lines.at(-1)).toMatchObject({ type: 'run-ended', exit: 0 })
  })
})
