import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openScenario, QUICK, ROUTES, type Scenario } from '../scenarios/harness.ts'

/**
 * Console sessions that the README quotes, carried out. `$ ` begins a command; what follows is what it says. Figures, times, ids and paths differ from run to run and are
 * not compared, neither is where a line was wrapped. TRANSCRIPTS=record writes the files anew, with the policy that the lab has by default.
 */
const recording = process.env['TRANSCRIPTS'] === 'record'
const HERE = new URL('.', import.meta.url).pathname
const README = new URL('../../README.md', import.meta.url).pathname

/** The exit code of each command of a session, and what happens to the lab before it. */
const sessions: Readonly<Record<string, { readonly codes: readonly number[]; readonly given?: (scenario: Scenario) => Promise<unknown> }>> =
  {
    status: { codes: [0] },
    failover: { codes: [0, 0, 0] },
    refusal: { codes: [0, 0, 3] },
    drill: { codes: [0] },
    verify: { codes: [1], given: patchedAtNight },
    diff: { codes: [1], given: patchedAtNight },
    undo: {
      codes: [0],
      given: async (scenario) => await scenario.run(['rebalance', '--set', 'zone-a=70,zone-b=30', '--at-once', '--yes']),
    },
  }

/** Somebody takes zone-a's weight away, in zone-b's cluster only and without telling anybody. */
async function patchedAtNight(scenario: Scenario): Promise<void> {
  const path = `${ROUTES}/ai-service-dual-active`
  const { body } = await scenario.client('zone-b').send('GET', path)
  const { rules } = (body as { spec: { rules: { backendRefs: object[] }[] } }).spec
  const changed = rules.map((rule) => ({ ...rule, backendRefs: rule.backendRefs.map((ref, i) => (i === 0 ? { ...ref, weight: 0 } : ref)) }))
  await scenario.client('zone-b').mergePatch(`${path}?fieldManager=kubectl-patch`, { spec: { rules: changed } })
}

let scenario: Scenario
beforeAll(async () => {
  const { steps: _, ...policy } = QUICK
  scenario = await openScenario({ load: 60, policy: recording ? {} : policy })
  // Where `tricenter lab` looks by itself.
  symlinkSync('.', join(scenario.dir, 'tricenter'))
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

test.each(Object.entries(sessions))('the session %s says what is written down', async (name, { codes, given }) => {
  const file = join(HERE, `${name}.txt`)
  const written = readFileSync(file, 'utf8')
  const commands = written.split('\n').filter((line) => line.startsWith('$ '))
  expect(commands).toHaveLength(codes.length)
  await given?.(scenario)
  let said = ''
  for (const [i, command] of commands.entries()) {
    const args = command.replace('$ tricenter ', '').replace(/\$RUN|\d{8}-\d{4}-[0-9a-z]{4}/, scenario.runs().at(-1) ?? '')
    const { code, stdout, stderr } = await scenario.run(args.split(' '), { env: { XDG_STATE_HOME: scenario.dir } })
    said += `$ tricenter ${args}\n${stderr}${stdout}`
    expect(`${command}: exit ${String(code)}\n${stderr}`).toContain(`${command}: exit ${String(codes[i])}\n`)
  }
  if (recording)
    writeFileSync(
      file,
      said.replaceAll(WAITING, '').replaceAll(/Report:\s+\S+\/state\/here\//g, 'Report: ~/.local/state/tricenter/lab/state/'),
    )
  else expect(likeness(said)).toBe(likeness(written))
})

test('every session is carried out', () => {
  const files = readdirSync(HERE).filter((name) => name.endsWith('.txt'))
  expect(files.toSorted()).toEqual(
    Object.keys(sessions)
      .map((name) => `${name}.txt`)
      .toSorted(),
  )
})

test.skipIf(!existsSync(README) || !readFileSync(README, 'utf8').includes('<!-- transcript:'))(
  'what the README quotes stands in a session',
  () => {
    const blocks = [...readFileSync(README, 'utf8').matchAll(/<!-- transcript: ([\w-]+) -->\s*```[a-z]*\n([\s\S]*?)\n```/g)]
    expect(blocks.length).toBeGreaterThan(0)
    for (const [, name = '', text = ''] of blocks) expect(readFileSync(join(HERE, `${name}.txt`), 'utf8')).toContain(text)
  },
)

/** A heartbeat comes when something takes longer. */
const WAITING = /^\d\d:\d\d:\d\d +waiting .*\n/gm

/** What two tellings of one session have in common. */
function likeness(text: string): string {
  return text
    .replaceAll(WAITING, '')
    .replaceAll(/ +(?:held|not held|[\d.]+ s)$/gm, '') // the last column, wherever the line before it was wrapped
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ · gateways accept \d+ of \d+ changed routes/g, '') // where they had reported by then
    .replaceAll(/\d{8}-\d{4}-[0-9a-z]{4}/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'DATE')
    .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/Report:\s+\S+/g, 'Report: FILE')
    .replaceAll(/ +observed \S+ s ago/g, '')
    .replaceAll(/\d+ of \d+ requests/g, 'N of N requests')
    .replaceAll(/\d+ requests? failed/g, 'N requests failed')
    .replaceAll(/\d+ acknowledged, \d+ recorded/g, 'N acknowledged, N recorded')
    .replaceAll(/\(n = \d+\)/g, '(n = N)')
    .replaceAll(/ of \d+(?=[^0-9.]|$)/g, ' of N')
    .replaceAll(/(\d+\.)?\d+ (ms|s|%)(?=\W|$)/g, 'N $2')
    .replaceAll(/±?\d+\.\d+/g, 'N')
    .replaceAll(/(in|observed in) N m?s/g, 'in N s')
    .replaceAll(/ok N m?s/g, 'ok N s')
}
