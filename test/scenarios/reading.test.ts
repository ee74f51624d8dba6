import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exitCodes } from '../../src/cli/commands/exit-codes.ts'
import { isMutating } from '../../src/lab/apiserver/request.ts'
import { openScenario, STACK, ZONES, type Scenario } from './harness.ts'
import { head } from './program.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

test('status says the same as a table, as JSON, as YAML and as names, and changes nothing', async () => {
  const table = await scenario.run(['status'])
  expect(table).toMatchObject({ code: 0, stderr: '' })
  expect(table.stdout).toMatch(/^zone-a +beijing +active +ok .*10\/10 +50\.0% +4 +-$/m)
  expect(table.stdout).toMatch(/Same in all 3 clusters\. Situation: normal\. No run in force\./)
  const json = await scenario.run(['status', '-o', 'json'])
  const document = JSON.parse(json.stdout) as {
    centers: { center: string; api: { state: string } }[]
    rules: unknown[]
    situation: { out: string[] }
  }
  expect(document).toMatchObject({ apiVersion: 'tricenter.io/v1', kind: 'Status', situation: { out: [] } })
  expect(document.centers.map(({ center, api }) => `${center} ${api.state}`)).toEqual(ZONES.map((zone) => `${zone} ok`))
  expect(document.rules).toHaveLength(6)
  expect(parse((await scenario.run(['status', '-o', 'yaml'])).stdout)).toMatchObject({ kind: 'Status', rules: document.rules })
  expect((await scenario.run(['status', '-o', 'name'])).stdout).toBe('zone-a\nzone-b\nzone-c\n')
  expect(scenario.heard.some(isMutating)).toBe(false)
  expect(scenario.heard.length).toBeGreaterThan(0)
})

test('status of a center that is lost answers 4, and says why in its cells instead of a zero', async () => {
  await scenario.lab.fault('zone-b', { kind: 'refuse' })
  const table = await scenario.run(['status'])
  expect(table.code).toBe(4)
  expect(table.stdout).toMatch(/^zone-b +beijing +active +refused +refused /m)
  expect(table.stdout).not.toMatch(STACK)
  const { stdout } = await scenario.run(['status', '-o', 'json'])
  expect(JSON.parse(stdout)).toMatchObject({ unread: [{ cluster: 'zone-b', state: 'unreachable', why: 'refused' }] })
  expect((JSON.parse(stdout) as { centers: object[] }).centers[1]).not.toHaveProperty('ready')
})

test('status | head ends quietly', async () => {
  const { kubeconfigPath, topologyPath } = scenario.lab
  const said = await head('status -o json', { KUBECONFIG: kubeconfigPath, TRICENTER_TOPOLOGY: topologyPath })
  expect(said).toBe('{\nends 0\n')
})

test('colour is for terminals, unless it is forced; NO_COLOR wins', async () => {
  const plain = await scenario.run(['status'])
  expect(plain.stdout).not.toContain('\u001B[')
  const forced = await scenario.run(['status'], { env: { FORCE_COLOR: '1' } })
  expect(forced.stdout).toContain('\u001B[')
  expect((await scenario.run(['status', '--color', 'always'])).stdout).toContain('\u001B[')
  expect((await scenario.run(['status'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\u001B[')
  const words = (text: string): string => text.replaceAll(/\d+ ms/g, '').replaceAll(/ +/g, ' ')
  expect(words(stripVTControlCharacters(forced.stdout))).toBe(words(plain.stdout))
})

test('the language is that of --lang, else of the locale; names, keys and numbers stay', async () => {
  const chinese = await scenario.run(['status', '--lang', 'zh'])
  expect(chinese.stdout).toMatch(/[\u4E00-\u9FFF]/)
  expect(chinese.stdout).toMatch(/zone-a.*10\/10/)
  expect((await scenario.run(['status'], { env: { LANG: 'zh_CN.UTF-8' } })).stdout).toMatch(/[\u4E00-\u9FFF]/)
  expect((await scenario.run(['status', '-o', 'json', '--lang', 'zh'])).stdout).not.toMatch(/[\u4E00-\u9FFF]/)
  expect((await scenario.run(['failover', '--center', 'zone-x', '--lang', 'zh'])).stderr).toMatch(/^tricenter: 没有中心 zone-x/)
})

test('runs are listed, shown, verified and reported; an edited journal is found out', async () => {
  expect((await scenario.run(['rebalance', '--set', 'zone-a=60,zone-b=40', '--at-once', '--yes'])).code).toBe(0)
  const [run = ''] = scenario.runs()
  const listed = await scenario.run(['runs', 'list'])
  expect(listed.stdout).toMatch(new RegExp(`^${run} +rebalance .* ended +0$`, 'm'))
  expect(JSON.parse((await scenario.run(['runs', 'list', '-o', 'json'])).stdout)).toMatchObject({
    kind: 'RunList',
    items: [{ run, verb: 'rebalance', exit: 0, state: 'ended' }],
  })
  expect((await scenario.run(['runs', 'list', '-o', 'name'])).stdout).toBe(`${run}\n`)
  const shown = await scenario.run(['runs', 'show', run])
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toMatch(/Rebalanced\./)
  const lines = (await scenario.run(['runs', 'show', run, '-o', 'ndjson'])).stdout.trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(scenario.journal(run).map(({ n }) => n))
  expect(await scenario.run(['runs', 'verify', run])).toMatchObject({ code: 0, stdout: expect.stringContaining('the chain is whole') })
  const report = await scenario.run(['runs', 'report', run])
  expect(report.code).toBe(0)
  expect(existsSync(report.stdout.trim())).toBe(true)

  const file = join(scenario.stateDir(), 'runs', run, 'journal.ndjson')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('"outcome":"applied"', '"outcome":"unknown"'))
  const verified = await scenario.run(['runs', 'verify', run])
  const edited = scenario.journal(run).find(({ type }) => type === 'written')?.n ?? 0
  expect(verified).toMatchObject({ code: 1, stdout: `${run}: record ${edited}: its content does not match its hash\n` })
  expect(await scenario.run(['runs', 'show', run])).toMatchObject({ code: 3, stderr: expect.stringContaining(`Record ${edited}`) })
})

test('runbooks are listed, shown and linted; a mistake in a file has its place', async () => {
  const listed = await scenario.run(['runbook', 'list', '-o', 'name'])
  expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(['failover', 'drill-single-center', 'single-center-failure']))
  const shown = await scenario.run(['runbook', 'show', 'failover'])
  expect(shown.stdout).toBe(readFileSync(new URL('../../runbooks/failover.yaml', import.meta.url), 'utf8'))
  expect((await scenario.run(['runbook', 'lint'])).code).toBe(0)
  const dir = join(scenario.dir, 'work')
  writeFileSync(
    join(dir, 'mine.yaml'),
    shown.stdout.replace('name: failover', 'name: mine').replace('do: shift-weights', 'do: shift-weight'),
  )
  const linted = await scenario.run(['runbook', 'lint', 'mine.yaml'])
  expect(linted.code).toBe(2)
  expect(linted.stderr).toMatch(/^mine\.yaml:\d+:\d+: .*shift-weight.*Did you mean shift-weights\?$/m)
})

test('a runbook of the emergency plan asks, and runs by name and from a file', async () => {
  await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
  const asked = await scenario.run(['runbook', 'run', 'single-center-failure', '-p', 'centers=zone-a'])
  expect(asked).toMatchObject({ code: 3, stderr: expect.stringContaining('Will not go on without confirmation') })
  const named = await scenario.run(['runbook', 'run', 'single-center-failure', '-p', 'centers=zone-a', '--yes', '--confirm=zone-a'])
  expect(named.stderr).toMatch(/applied +zone-a, zone-b, zone-c 4\/4 objects/)
  expect(named.code).toBe(0)
  expect(await scenario.weights('zone-b')).toContain('ai-service-dual-active-route#0 0/100/-')
})

test('init writes a topology from the kubeconfig, and status works once it is filled in', async () => {
  const cwd = join(scenario.dir, 'init')
  mkdirSync(cwd, { recursive: true })
  const here = { cwd, env: { TRICENTER_TOPOLOGY: '' } }
  const made = await scenario.run(['init'], here)
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('CHANGE-ME') })
  const file = join(cwd, 'tricenter.yaml')
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^# yaml-language-server: /m)
  expect(await scenario.run(['init'], here)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Will not overwrite tricenter.yaml'),
  })
  const unfilled = await scenario.run(['status'], here)
  expect(unfilled.code).toBe(2)
  expect(unfilled.stderr).toMatch(/^tricenter\.yaml:\d+:\d+: |tricenter\.yaml:\d+:\d+: /m)

  const lab = parse(readFileSync(scenario.lab.topologyPath, 'utf8')) as { centers: Record<string, { cluster: string; context: string }> }
  const drafted = parse(text) as { centers: Record<string, { cluster: string; context: string }> }
  const known = Object.values(drafted.centers).map(({ context, cluster }) => `${context} ${cluster}`)
  expect(known.toSorted()).toEqual(
    Object.values(lab.centers)
      .map(({ context, cluster }) => `${context} ${cluster}`)
      .toSorted(),
  )
  writeFileSync(file, readFileSync(scenario.lab.topologyPath, 'utf8'))
  expect(await scenario.run(['status', '-o', 'name'], here)).toMatchObject({ code: 0, stdout: 'zone-a\nzone-b\nzone-c\n' })
})

test('schemas are JSON Schema of draft 7', async () => {
  for (const kind of ['topology', 'runbook']) {
    const { code, stdout } = await scenario.run(['schema', kind])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining('draft-07'), type: 'object' })
  }
})

test('help exit-codes prints every code with its meaning', async () => {
  const { code, stdout } = await scenario.run(['help', 'exit-codes'])
  expect(code).toBe(0)
  expect(stdout).toBe(exitCodes.map((one) => `${String(one.code).padStart(3)}  ${one.en}\n`).join(''))
  expect((await scenario.run(['exit-codes'])).stdout).toBe(stdout)
})
