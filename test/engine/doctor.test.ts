import { expect, test } from 'vitest'
import { questions } from '../../src/checks/questions.ts'
import { symptoms } from '../../src/checks/symptoms.ts'
import { doctorExitCode, type Checkup, type SymptomName } from '../../src/domain/diagnosis.ts'
import type { CheckOutcome, ConclusionState, Verification } from '../../src/domain/verify.ts'
import { examine } from '../../src/engine/doctor.ts'
import type { SplitReport } from '../../src/engine/split.ts'
import { topology } from '../domain/world.ts'

/** `failed lost-unweighted.weighted zone-a`: the outcome of one question with one conclusion. */
function outcome(line: string, facts: Readonly<Record<string, string>> = {}): CheckOutcome {
  const [state = '', reason = '', center] = line.split(' ')
  const check = reason.split('.')[0] ?? ''
  const question = questions.find(({ name }) => name === check)
  if (question === undefined) throw new Error(`no question ${check}`)
  const { id, group, level } = question
  const about = center === undefined ? {} : { center }
  const conclusions = [{ state: state as ConclusionState, reason, facts, evidence: [{ source: check, value: 'seen' }] }]
  return { check, id, group, level, state: state as ConclusionState, conclusions, ...about }
}

function examined(
  lines: readonly (string | CheckOutcome)[],
  asked?: SymptomName,
  more: Partial<Verification> = {},
  split?: SplitReport,
): Checkup {
  const outcomes = lines.map((line) => (typeof line === 'string' ? outcome(line) : line))
  const verification: Verification = { outcomes, unread: [], out: [], firstBroken: {}, startedAt: 0, took: 0, ...more }
  return examine({
    topology,
    verification,
    probe: false,
    ...(asked === undefined ? {} : { asked }),
    ...(split === undefined ? {} : { split }),
  })
}

test.each<{ of: string; asked: SymptomName; seen: readonly (string | CheckOutcome)[]; cause: string; mend: string }>([
  {
    of: 'instances that are gone, before the conditions that follow from it',
    asked: 'errors',
    seen: [
      'failed routes-reported.not-resolved zone-a',
      'failed services-serving.too-few zone-a',
      outcome('failed lost-unweighted.weighted zone-a'),
    ],
    cause: 'TC-026 zone-a',
    mend: 'tricenter failover --center zone-a --dry-run',
  },
  {
    of: 'a drill that was left behind, before the failover that it seems to ask for',
    asked: 'errors',
    seen: ['failed lost-unweighted.weighted zone-a', outcome('failed services-serving.drilled zone-a', { run: '20261121-0300-abcd' })],
    cause: 'TC-106 zone-a',
    mend: 'tricenter resume 20261121-0300-abcd',
  },
  {
    of: 'a filter that drops rules',
    asked: 'errors',
    seen: ['failed filters-effective.dropped zone-b', 'failed certificates-valid.expired zone-b'],
    cause: 'TC-208 zone-b',
    mend: 'tricenter verify filters-effective -o wide',
  },
  {
    of: 'a bridge that nobody reads',
    asked: 'errors',
    seen: ['failed bridge-effective.no-default zone-c'],
    cause: 'TC-105 zone-c',
    mend: 'kubectl --context c get mcpbridge -A',
  },
  {
    of: 'the network, where all else is well',
    asked: 'errors',
    seen: ['passed services-serving.ready zone-a', 'failed policies-pass.walled zone-a'],
    cause: 'TC-706 zone-a',
    mend: 'tricenter verify policies-pass --center zone-a -o wide',
  },
  {
    of: 'a switch in force',
    asked: 'split',
    seen: ['failed registry-healthy.too-few zone-a', outcome('warning weights-in-force.switched zone-b', { out: 'zone-a' })],
    cause: 'TC-025 zone-b',
    mend: 'tricenter failback --center zone-a --dry-run',
  },
  {
    of: 'centers that differ',
    asked: 'split',
    seen: ['failed routes-alike.differs', 'warning weights-in-force.own-split zone-b'],
    cause: 'TC-211',
    mend: 'tricenter diff',
  },
  {
    of: 'weights that nobody declared',
    asked: 'split',
    seen: ['passed routes-alike.alike', 'warning weights-in-force.own-split zone-a'],
    cause: 'TC-025 zone-a',
    mend: 'tricenter rebalance --to normal --dry-run',
  },
  {
    of: 'a rule that hides the regional one',
    asked: 'proximity',
    seen: ['failed registry-labels.unlabelled zone-a', 'failed rules-reachable.hidden zone-a'],
    cause: 'TC-207 zone-a',
    mend: 'tricenter verify rules-reachable --center zone-a -o wide',
  },
  {
    of: 'labels that are missing',
    asked: 'proximity',
    seen: ['passed rules-reachable.reached zone-a', 'failed registry-labels.unlabelled zone-a'],
    cause: 'TC-303 zone-a',
    mend: 'tricenter verify registry-labels --center zone-a -o wide',
  },
  {
    of: 'a controller that writes back',
    asked: 'no-switch',
    seen: [
      'failed lost-unweighted.weighted zone-a',
      outcome('warning routes-unowned.owned zone-b', { pause: 'argocd app set ai --sync-policy none' }),
    ],
    cause: 'TC-027 zone-b',
    mend: 'argocd app set ai --sync-policy none',
  },
  {
    of: 'a cluster that was deferred',
    asked: 'no-switch',
    seen: ['warning routes-alike.deferred', 'failed weights-in-force.out-weighted zone-c'],
    cause: 'TC-211',
    mend: 'tricenter status',
  },
  {
    of: 'rights that lack',
    asked: 'no-switch',
    seen: ['failed lost-unweighted.weighted zone-a', 'failed rights-granted.lacking zone-b'],
    cause: 'TC-012 zone-b',
    mend: 'tricenter rbac failover --user NAME',
  },
  {
    of: 'nobody who switched',
    asked: 'no-switch',
    seen: ['failed lost-unweighted.silent-weighted zone-a', 'passed rights-granted.granted zone-b'],
    cause: 'TC-026 zone-a',
    mend: 'tricenter failover --center zone-a --dry-run',
  },
  {
    of: 'a health check that cannot work',
    asked: 'no-switch',
    seen: ['failed lost-unweighted.weighted zone-a', 'failed registry-healthy.behind-protection zone-a'],
    cause: 'TC-302 zone-a',
    mend: 'tricenter verify registry-healthy --center zone-a -o wide',
  },
])('$asked: the most likely cause is $of', ({ asked, seen, cause, mend }) => {
  const checkup = examined(seen, asked)
  const [first] = checkup.diagnoses[0]?.causes ?? []
  expect([first?.id, first?.center].filter((one) => one !== undefined).join(' ')).toBe(cause)
  expect(first?.mend).toBe(mend)
  expect(first?.evidence).not.toEqual([])
  expect(doctorExitCode(checkup)).toBe(1)
})

test('a symptom shows by what clients get, and does not by objects that are well', () => {
  const states = (lines: readonly string[]): readonly string[] => examined(lines, 'errors').diagnoses.map(({ state }) => state)
  expect(states(['failed metrics-errors.too-many zone-a'])).toEqual(['seen'])
  expect(states(['passed metrics-errors.within zone-a'])).toEqual(['not-seen'])
  expect(states(['passed lost-unweighted.serves zone-a', 'passed gateway-answers.answers zone-a'])).toEqual(['unmeasured'])
})

test('without a symptom, those that show are found, and no other', () => {
  const { diagnoses } = examined(['failed lost-unweighted.weighted zone-a', 'passed metrics-share.as-declared zone-a'])
  expect(diagnoses.map(({ symptom }) => symptom)).toEqual(['errors', 'no-switch'])
  expect(examined(['passed lost-unweighted.serves zone-a']).diagnoses).toEqual([])
})

test('what clients’ requests showed is a sign too', () => {
  const report = (verdict: 'balanced' | 'not-balanced' | 'failing' | 'undecided'): SplitReport => ({
    out: [],
    unread: [],
    splits: [{ service: 'chat', verdict, requests: 664, errorRatio: 0.2, shares: [], planned: 664, unnamed: 0, stopped: 'complete' }],
  })
  const seen = (verdict: Parameters<typeof report>[0]): readonly string[] =>
    examined([], undefined, {}, report(verdict)).diagnoses.map(({ symptom }) => symptom)
  expect(seen('not-balanced')).toEqual(['split'])
  expect(seen('failing')).toEqual(['errors'])
  expect(seen('balanced')).toEqual([])
  expect(seen('undecided')).toEqual([])
})

test('nothing that points anywhere is said so: 0 where all was looked at, 7 where not, 4 where a center could not be read', () => {
  const fine = examined(['passed services-serving.ready zone-a'], 'errors')
  expect(fine.diagnoses[0]).toMatchObject({ causes: [], blind: [] })
  expect(doctorExitCode(fine)).toBe(0)
  const blind = examined(['inconclusive registry-healthy.protected zone-b', 'inconclusive registry-healthy.protected zone-a'], 'errors')
  expect(blind.diagnoses[0]?.blind).toEqual([{ check: 'registry-healthy', id: 'TC-302', centers: ['zone-a', 'zone-b'] }])
  expect(doctorExitCode(blind)).toBe(7)
  expect(doctorExitCode(examined([], 'errors', { unread: [{ center: 'zone-a', why: 'refused' }] }))).toBe(4)
})

test('the exit code of a whole checkup is the worst of the set-up, and 1 for a symptom; warnings do not count', () => {
  expect(doctorExitCode(examined(['warning identity-pinned.unpinned zone-a']))).toBe(0)
  expect(
    doctorExitCode(examined(['failed api-reached.refused zone-a'], undefined, { unread: [{ center: 'zone-a', why: 'refused' }] })),
  ).toBe(1)
  expect(doctorExitCode(examined(['inconclusive server-tried.unread zone-a']))).toBe(7)
  expect(doctorExitCode(examined(['failed metrics-share.off zone-a']))).toBe(1)
  expect(doctorExitCode(examined([{ ...outcome('failed api-reached.refused zone-a'), out: true }]))).toBe(0)
})

test('checks that failed and stand for no symptom are counted, each once', () => {
  const { elsewhere, setup } = examined([
    'failed backends-distinct.duplicate zone-a',
    'failed backends-distinct.duplicate zone-b',
    'failed clocks-agree.apart zone-a',
  ])
  expect(elsewhere).toBe(1)
  expect(setup.map(({ check }) => check)).toEqual(['clocks-agree'])
})

test('every check and reason that a symptom names is one that a question gives', () => {
  const known = new Map(
    questions.map(({ name, words }) => [name, new Set(Object.keys(words).map((reason) => reason.slice(name.length + 1)))]),
  )
  known.set('split', new Set(['uneven', 'failing']))
  const named = symptoms.flatMap(({ signs, causes }) => [...signs, ...causes])
  const strange = named.flatMap(({ check, reasons = [] }) =>
    known.has(check) ? reasons.filter((reason) => !known.get(check)?.has(reason)).map((reason) => `${check}.${reason}`) : [check],
  )
  expect(strange).toEqual([])
})
