import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/domain/canonical.ts'
import { MARK_ANNOTATION } from '../../src/domain/mark.ts'
import type { JournalRecord } from '../../src/domain/record.ts'
import { fewRoutes, rule, topology } from './fixture.ts'
import { MAIN_ROUTE, scene, settled, type Answer } from './harness.ts'

const editsIn = ({ records }: Answer, type: 'planned' | 'intended'): number =>
  records.reduce(
    (sum, record) =>
      sum +
      (record.type !== type
        ? 0
        : record.type === 'planned'
          ? record.changes.reduce((all, { edits }) => all + edits.length, 0)
          : record.change.edits.length),
    0,
  )
const found = ({ records }: Answer): readonly string[] => [
  ...new Set(records.flatMap((record) => (record.type === 'planned' ? record.findings.map(({ guard, reason }) => guard ?? reason) : []))),
]
const findings = ({ records }: Answer) => records.flatMap((record) => (record.type === 'planned' ? record.findings : []))
const endOf = ({ records }: Answer) =>
  records.findLast((record): record is JournalRecord & { type: 'run-ended' } => record.type === 'run-ended')

async function switched(center = 'zone-a', more: Parameters<typeof scene>[0] = {}) {
  const s = scene(more)
  const m = s.machine()
  s.lose(center)
  const answer = await m.failover([center])
  return { s, m, answer }
}

describe('a center is lost', () => {
  test('A lost whole: B and C are changed in 10 places, and A is owed its part', async () => {
    const { s, answer } = await switched()
    expect(answer.exit).toBe(0)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(s.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(editsIn(answer, 'intended')).toBe(10)
    expect(endOf(answer)?.deferred.map(({ center, rules }) => ({ center, rules }))).toEqual([{ center: 'zone-a', rules: 5 }])
    expect(endOf(answer)?.next).toContain('tricenter sync --center zone-a --wait')
  })

  test("only A's services lost: all three clusters are changed, in 15 places", async () => {
    const s = scene()
    s.loseServices('zone-a')
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(0)
    expect(editsIn(answer, 'intended')).toBe(15)
    expect(endOf(answer)?.deferred).toEqual([])
  })

  test('B lost while A is out: the value to confirm is the region, and the remote takes all', async () => {
    const { s, m } = await switched()
    s.lose('zone-b')
    m.asked.length = 0
    const answer = await m.failover(['zone-b'])
    expect(m.asked).toMatchObject([{ kind: 'type-value', value: 'beijing' }])
    // No gateway that clients enter by is left, but the remote's own probes tell that it serves.
    expect(answer.exit).toBe(0)
    expect(s.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(s.mark('zone-c')?.situation).toEqual(['zone-a', 'zone-b'])
  })

  test('the remote lost: nobody loses anything, and that is said', async () => {
    const s = scene()
    s.lose('zone-c')
    const answer = await s.machine().failover(['zone-c'])
    expect(answer.exit).toBe(0)
    expect(s.weights('zone-a')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })

  test('a second failover has nothing to do, and says so', async () => {
    const { s, m } = await switched()
    const writes = s.writes()
    const again = await m.failover(['zone-a'])
    expect(again).toMatchObject({ exit: 0, reason: 'no-weight-left' })
    expect(s.writes()).toBe(writes)
  })

  test('no answer to the question changes nothing, nor does a wrong one', async () => {
    const s = scene()
    s.loseServices('zone-a')
    expect(await s.machine().failover(['zone-a'], { confirm: 'nobody' })).toMatchObject({ exit: 3, reason: 'not-confirmed' })
    expect(await s.machine().failover(['zone-a'], { confirm: 'zone-b' })).toMatchObject({ exit: 3, reason: 'wrong-value' })
    expect(s.writes()).toBe(0)
  })
})

describe('a survivor is in doubt', () => {
  test('its API is dead while its gateway serves: cannot tell, refused; the override lifts it', async () => {
    const s = scene()
    s.lose('zone-a')
    s.world.cluster('zone-b').fault = { kind: 'refused' }
    const refused = await s.machine().failover(['zone-a'])
    expect(refused).toMatchObject({ exit: 3 })
    expect(s.writes()).toBe(0)
    const lifted = await s.machine().failover(['zone-a'], { overrides: ['survivor-not-serving'] })
    expect(s.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(findings(lifted).find(({ guard }) => guard === 'survivor-not-serving')?.overridden).toBe('because')
    expect(lifted.records[0]).toMatchObject({ overrides: [{ guard: 'survivor-not-serving', reason: 'because' }] })
  })

  test('one that does not gain is lost too: the rest is done, exit 4', async () => {
    const s = scene()
    s.lose('zone-a')
    s.lose('zone-c')
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(4)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(endOf(answer)?.deferred.map(({ center }) => center)).toContain('zone-c')
  })

  test('its API is dead, its gateway is not, and another gains: the rest is done, and its own clients still fail: exit 6', async () => {
    const split = {
      ...topology,
      policy: { ...topology.policy, without: [{ centers: ['zone-a'], weights: { 'zone-b': 80, 'zone-c': 20 } }] },
    }
    const s = scene({ topology: split })
    s.lose('zone-a')
    s.world.cluster('zone-b').fault = { kind: 'refused' }
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(6)
    expect(s.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(endOf(answer)?.deferred.map(({ center }) => center)).toContain('zone-b')
  })

  test('it does not serve: refused, nothing written, the wider command named', async () => {
    const s = scene({ replicas: { 'zone-b': 0 } })
    s.lose('zone-a')
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(3)
    expect(s.writes()).toBe(0)
    expect(findings(answer).find(({ guard }) => guard === 'survivor-not-serving')?.facts['wider']).toEqual(['zone-a', 'zone-b'])
  })

  test('it answers late: planned on arrival, within the hold', async () => {
    const s = scene({ topology: { ...topology, policy: { ...topology.policy, deadlines: { ...topology.policy.deadlines, read: 6_000 } } } })
    s.lose('zone-a')
    s.world.cluster('zone-c').fault = { kind: 'slow', ms: 700 }
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(0)
    expect(s.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(answer.records.filter(({ type }) => type === 'planned').length).toBeGreaterThan(1)
  })
})

describe('the way back', () => {
  test('A returns with stale routes: failback refuses until sync has mended them, then everything is as it was', async () => {
    const before = scene().snapshot()
    const { s, m } = await switched()
    s.heal('zone-a')
    const refused = await m.failback(['zone-a'])
    expect(refused.exit).toBe(3)
    expect(found(refused)).toContain('quarantine')
    expect(await m.sync(['zone-a'])).toMatchObject({ exit: 0 })
    expect(s.weights('zone-a')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    expect(await m.failback(['zone-a'])).toMatchObject({ exit: 0 })
    expect(s.snapshot() === before).toBe(true)
  })

  test('A is still away: failback refuses, for its own cluster is owed', async () => {
    const { s, m } = await switched()
    const writes = s.writes()
    const answer = await m.failback(['zone-a'])
    expect(answer.exit).toBe(3)
    expect(s.writes()).toBe(writes)
  })

  test('failback of a center that is not out has nothing to do', async () => {
    const s = scene()
    expect(await s.machine().failback(['zone-a'])).toMatchObject({ exit: 0, reason: 'nothing-out' })
    expect(s.writes()).toBe(0)
  })

  test('failback refuses where the marks are gone and the weights are not: nobody knows what normal was', async () => {
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    for (const { name } of topology.centers)
      for (const { metadata } of s.world.cluster(name).all('HTTPRoute'))
        s.world.cluster(name).edit('HTTPRoute', 'ai-system', metadata.name, (draft) => {
          delete draft['metadata'].annotations?.[MARK_ANNOTATION]
        })
    const writes = s.writes()
    expect(await m.failback(['zone-a'])).toMatchObject({ exit: 3, reason: 'normal-unknown' })
    expect(s.writes()).toBe(writes)
    expect(await m.rebalance(topology.policy.normal)).toMatchObject({ exit: 0 })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })

  test('failback of A while B is out stops at the situation of B', async () => {
    const before = scene().snapshot()
    const { s, m } = await switched()
    s.lose('zone-b')
    await m.failover(['zone-b'])
    s.heal('zone-a')
    await m.sync(['zone-a'])
    const back = await m.failback(['zone-a'])
    expect(back.exit).toBe(0)
    expect(s.weights('zone-a')).toMatchObject({ 'zone-a': 100, 'zone-b': 0 })
    expect(s.mark('zone-a')?.situation).toEqual(['zone-b'])
    s.heal('zone-b')
    await m.sync(['zone-b'])
    expect(await m.failback(['zone-b'])).toMatchObject({ exit: 0 })
    expect(s.snapshot() === before).toBe(true)
  })

  test("B's cluster is unread while A is failed back: exit 4; sync later brings it to normal and the marks go", async () => {
    const before = scene().snapshot()
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    s.world.cluster('zone-b').fault = { kind: 'refused' }
    const back = await m.failback(['zone-a'], { overrides: ['deferred-open', 'survivor-not-serving'] })
    expect(back.exit).toBe(4)
    expect(s.marks()).toBeGreaterThan(0)
    s.world.cluster('zone-b').fault = null
    expect(await m.sync(['zone-b'])).toMatchObject({ exit: 0 })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
    expect(s.snapshot() === before).toBe(true)
  })

  test('a paced gate says no: the previous step is applied again, exit 5', async () => {
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    m.onTell = (event) => {
      if (event.type === 'planned' && event.step.endsWith('@100')) s.loseServices('zone-a')
    }
    const answer = await m.failback(['zone-a'])
    expect(answer.exit).toBe(5)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 25, 'zone-b': 75 })
  })

  test('nothing can be measured: a paced step holds where it is, exit 7; a switch stands, exit 7', async () => {
    const { probe: _, ...service } = topology.services[0]!
    const blind = { ...topology, services: [service] }
    const s = scene({ topology: blind })
    s.loseServices('zone-a')
    const m = s.machine()
    expect(await m.failover(['zone-a'])).toMatchObject({ exit: 7, reason: 'no-probe' })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
    s.heal('zone-a')
    expect(await m.failback(['zone-a'])).toMatchObject({ exit: 7 })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 25, 'zone-b': 75 })
  })

  test('clients still fail at the deadline: exit 6, and the switch stands', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'answered') s.loseServices('zone-b')
    }
    const answer = await m.failover(['zone-a'])
    expect(answer.exit).toBe(6)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  })
})

describe('two people, or none', () => {
  test('a second machine without the journal resumes, undoes, syncs and fails back by the marks', async () => {
    const before = scene().snapshot()
    for (const verb of ['failback', 'undo', 'undo after sync'] as const) {
      const { s } = await switched()
      s.heal('zone-a')
      const other = s.machine('other')
      if (verb !== 'undo') expect(await other.sync(['zone-a'])).toMatchObject({ exit: 0 })
      else expect(await other.undo()).toMatchObject({ exit: 3 })
      if (verb === 'undo') await s.machine('third').sync(['zone-a'])
      const answer = verb === 'failback' ? await other.failback(['zone-a']) : await s.machine('fourth').undo()
      expect({ verb, exit: answer.exit, same: s.snapshot() === before }).toEqual({ verb, exit: 0, same: true })
    }
  })

  test('a paced run that stopped half-way is taken up from another machine once its marks have run out', async () => {
    const before = scene().snapshot()
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    m.onTell = (event) => {
      if (event.type === 'gated') m.kill()
    }
    expect(await m.failback(['zone-a'])).toMatchObject({ reason: 'killed' })
    const other = s.machine('other')
    const writes = s.writes()
    expect(await other.failback(['zone-a'])).toMatchObject({ exit: 3, reason: 'locked-by-run' })
    expect(await other.resume()).toMatchObject({ exit: 3, reason: 'locked-by-run' })
    expect(await other.sync(['zone-b'])).toMatchObject({ exit: 3 })
    expect(s.writes()).toBe(writes)
    await s.world.clock.sleep(120_000)
    expect(await other.resume(undefined)).toMatchObject({ exit: 0 })
    expect(s.snapshot() === before).toBe(true)
  })

  test('--take-over does not wait for the marks to run out', async () => {
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    m.onTell = (event) => {
      if (event.type === 'gated') m.kill()
    }
    await m.failback(['zone-a'])
    expect(await s.machine('other').undo(undefined, { takeOver: true })).toMatchObject({ exit: 0 })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  })

  test('A and B failed over in the dark at once: a failover goes on with both, other verbs refuse', async () => {
    const s = scene()
    const [one, two] = [s.machine('one'), s.machine('two')]
    s.world.cluster('zone-c').fault = { kind: 'refused' }
    // Each sees only its own half.
    s.loseServices('zone-a')
    await one.failover(['zone-a'])
    const mark = s.mark('zone-b')!
    const other = { ...mark, run: 'the-other', situation: ['zone-b'] }
    for (const name of fewRoutes.map(({ metadata }) => metadata.name)) {
      s.world.cluster('zone-c').edit('HTTPRoute', 'ai-system', name, (draft) => {
        draft['metadata'].annotations = {
          ...draft['metadata'].annotations,
          [MARK_ANNOTATION]: JSON.stringify({ ...other, uid: draft['metadata'].uid }),
        }
      })
    }
    s.world.cluster('zone-c').fault = null
    const writes = s.writes()
    expect(await two.failback(['zone-a'])).toMatchObject({ exit: 3 })
    expect(await two.rebalance({ 'zone-a': 70, 'zone-b': 30 })).toMatchObject({ exit: 3 })
    expect(s.writes()).toBe(writes)
    const on = await two.failover(['zone-a'])
    expect(two.asked.at(-1)).toMatchObject({ value: 'beijing' })
    expect(on.exit).toBe(0)
    expect(s.weights('zone-b')).toMatchObject({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
  })
})

describe('somebody else edits', () => {
  test('a route edited between plan and write: an emergency plans it anew, another verb stops as stale', async () => {
    for (const verb of ['failover', 'rebalance'] as const) {
      const s = scene({ routes: fewRoutes })
      const m = s.machine()
      let once = true
      s.world.cluster('zone-b').onWrite = (phase, write) => {
        if (phase !== 'before' || write.name !== MAIN_ROUTE || !once) return
        once = false
        s.world.cluster('zone-b').edit('HTTPRoute', 'ai-system', MAIN_ROUTE, (draft) => {
          draft['spec'].rules.unshift(rule('/new', { 'zone-a': 60, 'zone-b': 40 }))
        })
      }
      if (verb === 'failover') s.loseServices('zone-a')
      const answer = verb === 'failover' ? await m.failover(['zone-a']) : await m.rebalance({ 'zone-a': 70, 'zone-b': 30 })
      if (verb === 'failover') {
        expect(answer.exit).toBe(0)
        expect(s.weights('zone-b', MAIN_ROUTE, 0)).toEqual({ 'zone-a': 0, 'zone-b': 100 })
        expect(s.weights('zone-b', MAIN_ROUTE, 1)).toEqual({ 'zone-a': 0, 'zone-b': 100 })
      } else {
        expect(answer).toMatchObject({ exit: 6, reason: 'stale-plan' })
        expect(s.weights('zone-b', MAIN_ROUTE, 1)).toEqual({ 'zone-a': 50, 'zone-b': 50 })
      }
    }
  })

  test('a route deleted between plan and write: the rest of the emergency proceeds', async () => {
    const s = scene({ routes: fewRoutes })
    s.loseServices('zone-a')
    s.world.cluster('zone-b').onWrite = (phase, write) => {
      if (phase === 'before' && write.name === 'cross-region-failover-route')
        s.world.cluster('zone-b').drop('HTTPRoute', 'ai-system', write.name)
    }
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(6)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  })

  test('an owner puts the old weights back during the hold: exit 6, and it is named', async () => {
    const s = scene({ routes: fewRoutes })
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type !== 'written' || event.center !== 'zone-b') return
      void s.world.clock.sleep(500).then(() => {
        s.world.cluster('zone-b').edit('HTTPRoute', 'ai-system', MAIN_ROUTE, (draft) => {
          for (const ref of draft['spec'].rules[0].backendRefs) ref.weight = 50
        })
      })
    }
    const answer = await m.failover(['zone-a'])
    expect(answer).toMatchObject({ exit: 6, reason: 'reverted' })
    expect(endOf(answer)?.facts).toMatchObject({ center: 'zone-b', object: `ai-system/${MAIN_ROUTE}` })
  })

  test('what gateways say of the written generation is told; a route that they refuse is left for a person: exit 6', async () => {
    for (const status of ['True', 'False', 'late'] as const) {
      const s = scene({ routes: fewRoutes })
      s.loseServices('zone-a')
      const m = s.machine()
      m.onTell = (event) => {
        if (event.type !== 'written' || status === 'late') return
        for (const { metadata } of fewRoutes)
          s.world.cluster(event.center).edit('HTTPRoute', 'ai-system', metadata.name, (draft) => {
            for (const condition of draft['status'].parents[0].conditions) {
              condition.observedGeneration = draft['metadata'].generation
              condition.status = event.center === 'zone-b' ? status : 'True'
              condition.reason = status === 'True' ? 'Accepted' : 'BackendNotFound'
            }
          })
      }
      const answer = await m.failover(['zone-a'])
      const said = answer.records.flatMap((record) =>
        record.type === 'gated' ? record.checks.filter(({ check }) => check === 'routes-accepted') : [],
      )
      expect({ status, exit: answer.exit, verdict: said.at(-1)?.verdict, why: said.at(-1)?.facts['why'] }).toEqual({
        status,
        exit: status === 'False' ? 6 : 0,
        verdict: { True: 'yes', False: 'no', late: 'unknown' }[status],
        why: status === 'False' ? 'BackendNotFound' : undefined,
      })
    }
  })

  test('an undo leaves what somebody else changed since, and says so: exit 6', async () => {
    const { s, m, answer } = await switched('zone-a', { routes: fewRoutes })
    s.heal('zone-a')
    await m.sync(['zone-a'])
    s.world.cluster('zone-b').edit('HTTPRoute', 'ai-system', MAIN_ROUTE, (draft) => {
      draft['spec'].rules[0].backendRefs[1].weight = 70
    })
    const undone = await m.undo(answer.run)
    expect(undone.exit).toBe(6)
    expect(found(undone)).toContain('changed-since')
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 70 })
    expect(s.weights('zone-a')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })
})

describe('undo', () => {
  test('an earlier run is not undone while a later one is in force; an undo and a sync are not undone', async () => {
    const { s, m, answer } = await switched()
    s.lose('zone-b')
    const later = await m.failover(['zone-b'])
    expect(await m.undo(answer.run)).toMatchObject({ exit: 3, reason: 'not-latest' })
    s.heal('zone-a')
    s.heal('zone-b')
    await m.sync(['zone-a', 'zone-b'])
    const undone = await m.undo(later.run)
    expect(undone.exit).toBe(0)
    expect(s.mark('zone-b')?.situation).toEqual(['zone-a'])
    expect(await m.undo(undone.run)).toMatchObject({ exit: 3, reason: 'undo-of-undo' })
    const synced = await m.sync(['zone-a'])
    if (synced.records.some(({ type }) => type === 'written'))
      expect(await m.undo(synced.run)).toMatchObject({ exit: 3, reason: 'undo-of-sync' })
  })

  test('bare undo takes back what is in force; with nothing in force there is nothing to do', async () => {
    const before = scene().snapshot()
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    expect(await m.undo()).toMatchObject({ exit: 0 })
    expect(s.snapshot() === before).toBe(true)
    expect(await m.undo()).toMatchObject({ exit: 0, reason: 'nothing-to-undo' })
  })

  test('an undo that takes a center out again asks for its name', async () => {
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    const back = await m.failback(['zone-a'])
    m.asked.length = 0
    const undone = await m.undo(back.run)
    expect(m.asked).toMatchObject([{ kind: 'type-value', value: 'zone-a' }])
    expect(undone.exit).toBe(0)
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  })

  test('a finished rebalance, whose marks are gone, is undone from the journal', async () => {
    const s = scene()
    const before = s.snapshot()
    const m = s.machine()
    const done = await m.rebalance({ 'zone-a': 70, 'zone-b': 30 })
    expect(done.exit).toBe(0)
    expect(s.weights('zone-a')).toEqual({ 'zone-a': 70, 'zone-b': 30 })
    expect(s.marks()).toBe(0)
    expect(await m.undo(done.run)).toMatchObject({ exit: 0 })
    expect(s.snapshot() === before).toBe(true)
  })
})

describe('what does not change anything', () => {
  test('a dry run makes no mutating call and leaves no journal', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    for (const go of [
      m.failover(['zone-a'], { dryRun: true }),
      m.rebalance({ 'zone-a': 70, 'zone-b': 30 }, { dryRun: true }),
      m.drill(['zone-a'], { dryRun: true }),
    ])
      await go
    expect(s.writes()).toBe(0)
    expect(await m.journals.list()).toEqual([])
  })

  test('no cluster can be read: refused, nothing written', async () => {
    const s = scene()
    for (const { name } of topology.centers) s.world.cluster(name).fault = { kind: 'refused' }
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(3)
    expect(s.writes()).toBe(0)
  })

  test('another cluster answers under a pinned name: it is left alone', async () => {
    const s = scene()
    s.loseServices('zone-a')
    s.world.cluster('zone-c').drop('Namespace', undefined, 'kube-system')
    s.world.cluster('zone-c').put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'another' } })
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(6)
    expect(s.world.cluster('zone-c').writes).toEqual([])
    expect(found(answer)).toContain('identity')
    expect(await s.machine().rebalance({ 'zone-a': 70, 'zone-b': 30 })).toMatchObject({ exit: 3, reason: 'identity' })
  })

  test('a survivor that may not be read is deferred, like one that does not answer', async () => {
    const s = scene()
    s.loseServices('zone-a')
    s.world.cluster('zone-c').fault = { kind: 'forbidden' }
    // Its gateway still sends requests to the lost services, which is worse than a duty that is open.
    const answer = await s.machine().failover(['zone-a'])
    expect(answer.exit).toBe(6)
    expect(endOf(answer)?.deferred).toMatchObject([{ center: 'zone-c' }])
  })

  test('no managed route: nothing to do', async () => {
    const s = scene({ routes: [] })
    s.loseServices('zone-a')
    expect(await s.machine().failover(['zone-a'])).toMatchObject({ exit: 0, reason: 'already-there' })
  })

  test('a rebalance while a center is out moves only those that carry, and never raises the lost one', async () => {
    const { s, m } = await switched()
    const writes = s.writes()
    const answer = await m.rebalance({ 'zone-a': 50, 'zone-b': 50 })
    expect(answer.exit).toBe(3)
    expect(s.writes()).toBe(writes)
  })

  test('a saved plan is applied while it is true, and refused once the world has moved on', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    const paper = await m.failover(['zone-a'], { dryRun: true })
    const savedPlan = paper.records.flatMap((record) =>
      record.type === 'planned'
        ? record.changes.map(({ center, object, before, edits }) => ({
            center,
            object: `${object.namespace}/${object.name}`,
            patch: JSON.stringify([before, edits]),
          }))
        : [],
    )
    s.world.cluster('zone-b').edit('HTTPRoute', 'ai-system', MAIN_ROUTE, (draft) => {
      draft['spec'].rules[0].backendRefs[0].weight = 49
    })
    expect(await m.failover(['zone-a'], { savedPlan })).toMatchObject({ exit: 3, reason: 'saved-plan-stale' })
    expect(s.writes()).toBe(0)
    s.world.cluster('zone-b').edit('HTTPRoute', 'ai-system', MAIN_ROUTE, (draft) => {
      draft['spec'].rules[0].backendRefs[0].weight = 50
    })
    expect(await m.failover(['zone-a'], { savedPlan })).toMatchObject({ exit: 0 })
  })
})

test('what the first writes need kept is kept while somebody is asked', async () => {
  const s = scene()
  s.loseServices('zone-a')
  const m = s.machine()
  const { run = '' } = await m.failover(['zone-a'], { confirm: 'nobody' })
  expect(s.writes()).toBe(0)
  const route = s.world.cluster('zone-b').peek('HTTPRoute', 'ai-system', MAIN_ROUTE)
  expect(await m.journals.preimage(run, hash('sha256', canonical(route)))).toEqual(route)
})

describe('resume', () => {
  test('asks the question that was never answered', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'planned') m.kill()
    }
    await m.failover(['zone-a'])
    m.onTell = undefined
    expect(m.asked).toEqual([])
    expect(await m.resume(undefined, { confirm: 'nobody' })).toMatchObject({ exit: 3, reason: 'not-confirmed' })
    expect(s.writes()).toBe(0)
  })

  test('does not ask again what was answered', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'intended') m.kill()
    }
    await m.failover(['zone-a'])
    m.onTell = undefined
    m.asked.length = 0
    expect(await m.resume()).toMatchObject({ exit: 0 })
    expect(m.asked).toEqual([])
  })
})

describe('signals', () => {
  test('before any write: stopped, nothing changed', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'planned') m.interrupt.abort('SIGINT')
    }
    expect(await m.failover(['zone-a'])).toMatchObject({ exit: 130 })
    expect(s.writes()).toBe(0)
  })

  test('during the writes of a switch: what is in hand is finished, and the run says that it is not done', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    s.world.cluster('zone-b').onWrite = (phase) => {
      if (phase === 'after') m.interrupt.abort('SIGTERM')
    }
    const answer = await m.failover(['zone-a'])
    expect([6, 143]).toContain(answer.exit)
    s.world.cluster('zone-b').onWrite = undefined
    m.interrupt = new AbortController()
    expect(await m.resume()).toMatchObject({ exit: 0 })
    expect(s.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  })

  test('after the writes: the switch stands, and resume proves it', async () => {
    const s = scene()
    s.loseServices('zone-a')
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'step-started' && event.step.endsWith('recovered')) m.interrupt.abort('SIGHUP')
    }
    expect(await m.failover(['zone-a'])).toMatchObject({ exit: 129 })
    m.interrupt = new AbortController()
    m.onTell = undefined
    expect(await m.resume()).toMatchObject({ exit: 0 })
  })

  test('in a drill: restored, to the letter', async () => {
    for (const at of ['fault', 'bites', 'switch/switch/shift', 'failback']) {
      const s = scene()
      const before = s.snapshot()
      const m = s.machine()
      m.onTell = (event) => {
        if (event.type === 'step-started' && event.step.includes(at)) m.interrupt.abort('SIGINT')
      }
      const answer = await m.drill(['zone-a'])
      // By the failback the drill has its verdict, and all that is left to do is what a signal asks for.
      expect({ at, same: s.snapshot() === before, exit: answer.exit }).toEqual({ at, same: true, exit: at === 'failback' ? 0 : 130 })
    }
  })
})

describe('a drill', () => {
  test('holds, and leaves nothing behind', async () => {
    for (const kind of ['scale', 'lost']) {
      for (const out of [['zone-a'], ['zone-a', 'zone-b']]) {
        const s = scene()
        const before = s.snapshot()
        const answer = await s.machine().drill(out, { params: { fault: kind } })
        expect({ kind, out, exit: answer.exit, reason: answer.reason, same: s.snapshot() === before }).toEqual({
          kind,
          out,
          exit: 0,
          reason: 'done',
          same: true,
        })
      }
    }
  })

  test('is refused on paper before anything is touched', async () => {
    const s = scene({ replicas: { 'zone-b': 0 } })
    expect(await s.machine().drill(['zone-a'])).toMatchObject({ exit: 3 })
    expect(s.writes()).toBe(0)
  })

  test('does not recover: restored at once, exit 1', async () => {
    const s = scene({ topology: { ...topology, policy: { ...topology.policy, targets: { single: 3_000, dual: 3_000 } } } })
    const before = s.snapshot()
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'step-started' && event.step.endsWith('recovered')) s.loseServices('zone-b')
      if (event.type === 'step-started' && event.step.endsWith('end/restore')) s.heal('zone-b')
    }
    const answer = await m.drill(['zone-a'])
    expect({ exit: answer.exit, same: s.snapshot() === before }).toEqual({ exit: 1, same: true })
  })

  test('overtaken by a real switch restores its fault and moves no weight', async () => {
    const s = scene()
    const m = s.machine()
    const real = s.machine('real')
    let begun: Promise<Answer> | undefined
    m.onTell = (event) => {
      if (event.type === 'step-started' && event.step.endsWith('bites')) {
        s.loseServices('zone-b')
        begun = real.failover(['zone-a', 'zone-b'])
      }
    }
    const answer = await m.drill(['zone-a'])
    await begun
    expect(s.replicas('zone-a')).toBe(2)
    expect(s.mark('zone-b')?.situation).toEqual(['zone-a', 'zone-b'])
    expect(s.weights('zone-b')).toMatchObject({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(answer).toMatchObject({ exit: 7, reason: 'drill-overtaken' })
  })

  test('is refused while a center is out of traffic', async () => {
    const { s, m } = await switched()
    s.heal('zone-a')
    await m.sync(['zone-a'])
    const writes = s.writes()
    expect(await m.drill(['zone-b'])).toMatchObject({ exit: 3, reason: 'drill-needs-normal' })
    expect(s.writes()).toBe(writes)
  })

  test('whose write may or may not have arrived is restored all the same', async () => {
    for (const lost of ['lost-before', 'lost-after'] as const) {
      const s = scene()
      const before = s.snapshot()
      s.world.cluster('zone-a').lose.push(lost)
      const answer = await s.machine().drill(['zone-a'])
      expect({ lost, same: s.snapshot() === before, exit: answer.exit }).toEqual({ lost, same: true, exit: 0 })
    }
  })

  test('is compared, when it is resumed, with what was there before it began', async () => {
    const s = scene()
    const m = s.machine()
    m.onTell = (event) => {
      if (event.type === 'step-started' && event.step.endsWith('held')) m.kill()
    }
    await m.drill(['zone-a'])
    await settled()
    s.world.cluster('zone-c').edit('Deployment', 'ai-system', 'ai-service-zone-c', (draft) => {
      draft['spec'].replicas = 1
    })
    const answer = await m.resume()
    expect(answer).toMatchObject({ exit: 6, reason: 'replicas-changed' })
  })

  test('abandoned, is found and restored from another machine', async () => {
    for (const at of ['bites', 'held', 'end/ready']) {
      const s = scene()
      const before = s.snapshot()
      const m = s.machine()
      m.onTell = (event) => {
        if (event.type === 'step-started' && event.step.endsWith(at)) m.kill()
      }
      expect(await m.drill(['zone-a'])).toMatchObject({ reason: 'killed' })
      await settled()
      const answer = await s.machine('other').resume(undefined, { takeOver: true })
      expect({ at, exit: answer.exit, same: s.snapshot() === before }).toEqual({ at, exit: 7, same: true })
    }
  })
})
