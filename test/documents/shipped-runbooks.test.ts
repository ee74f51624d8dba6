import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { checks } from '../../src/checks/index.ts'
import { bindRunbook } from '../../src/documents/bind-runbook.ts'
import { lintRunbooks } from '../../src/documents/lint-runbooks.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Step } from '../../src/domain/runbook.ts'

const known = { actions: actions.map(({ name }) => name), checks: checks.map(({ name }) => name) }
const folder = new URL('../../runbooks/', import.meta.url)
const files = readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))
const { runbooks, mistakes } = lintRunbooks(files, known)
const example = readTopology(readFileSync(new URL('example.yaml', import.meta.url), 'utf8'), 'example.yaml')

test('ships the documented plans and drills, without a mistake', () => {
  expect(mistakes.map(mistakeLine)).toEqual([])
  expect(runbooks.map(({ name }) => `${name}.yaml`)).toEqual(files.map(({ file }) => file))
  expect(runbooks.map(({ name, mode }) => `${mode} ${name}`)).toEqual([
    'change deploy-drained',
    'change deploy',
    'drill drill-dual-center',
    'drill drill-single-center',
    'emergency dual-center-failure',
    'change failback',
    'emergency failover',
    'change rebalance',
    'change reconcile',
    'emergency single-center-failure',
    'change sync',
    'change undo-published',
    'change undo-reconcile',
    'change undo',
  ])
})

const all = (steps: readonly Step[]): readonly Step[] => steps.flatMap((step) => ('steps' in step ? [step, ...all(step.steps)] : [step]))

/** A value of each type, for whatever a runbook requires. */
const samples = {
  centers: ['zone-a'],
  shares: { 'zone-a': 70, 'zone-b': 30 },
  number: 1,
  duration: 5_000,
  string: 'failover',
  boolean: true,
}

test.each(runbooks)('$name binds with its required params, and leaves no reference behind', (runbook) => {
  if ('mistakes' in example) throw new Error('the example is broken')
  const required = Object.entries(runbook.params).filter(([, param]) => param.required)
  const bound = bindRunbook(runbook, Object.fromEntries(required.map(([name, { type }]) => [name, samples[type]])), example.topology.policy)
  expect('mistakes' in bound ? bound.mistakes : []).toEqual([])
  expect(JSON.stringify(bound)).not.toContain('${')
})

test.each(runbooks.filter(({ mode }) => mode === 'drill'))(
  '$name makes no fault before it rehearsed, and ends every fault in the list where it made it',
  ({ steps }) => {
    const order = all(steps).map((step) => (step.key === 'do' ? step.action : step.key === 'run' ? step.runbook : step.key))
    expect(order.indexOf('rehearse')).toBeLessThan(order.indexOf('inject-fault'))
    expect(order.indexOf('inject-fault')).toBeLessThan(order.indexOf('failover'))
    const list = all(steps).flatMap((step) =>
      step.key === 'during' && step.steps.some((inner) => inner.key === 'do' && inner.action === 'inject-fault') ? [step.steps] : [],
    )
    expect(list).toHaveLength(1)
    const last = list[0]!.at(-1)!
    expect(last.key === 'always' && last.steps[0]).toMatchObject({ key: 'do', action: 'end-fault' })
  },
)

test('every title is in both languages', () => {
  for (const { steps } of runbooks) for (const { title, name } of all(steps)) expect(title.zh, name).toMatch(/\p{Script=Han}/u)
})
