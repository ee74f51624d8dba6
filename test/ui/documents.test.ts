import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createNdjsonConsole } from '../../src/ui/console-ndjson.ts'
import { plainPaint } from '../../src/ui/color.ts'
import { renderLines } from '../../src/ui/line.ts'
import { planDocument, planText } from '../../src/ui/plan.ts'
import { resultDocument } from '../../src/ui/result-document.ts'
import { runShow, runsTable } from '../../src/ui/runs.ts'
import { heldDrill, lostCenter, refused } from './fixtures/runs.ts'
import { phrasebook } from './fixtures/screen.ts'

const options = { language: 'en', phrasebook, width: 80 } as const

describe('NDJSON', () => {
  test('is one JSON object a line for every event', () => {
    const output = new PassThrough()
    const console = createNdjsonConsole({ output, prepared: { yes: false } })
    for (const record of refused()) console.tell(record)
    console.tell({ type: 'progress', kind: 'late', step: 's', reason: 'late', facts: { center: 'zone-a' } })
    const lines = String(output.read())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ kind, type }) => [kind, type])).toEqual([
      ...refused().map(({ type }) => ['Record', type]),
      ['Progress', 'progress'],
    ])
    expect(lines.every(({ apiVersion }) => apiVersion === 'tricenter.io/v1')).toBe(true)
    expect(lines.at(-1)).toMatchObject({ progress: 'late', facts: { center: 'zone-a' } })
  })

  test('asks nobody', async () => {
    const console = createNdjsonConsole({ output: new PassThrough(), prepared: { yes: true } })
    expect(await console.ask({ kind: 'type-value', value: 'zone-a', reason: 'r', facts: {} }, new AbortController().signal)).toBeUndefined()
  })
})

describe('the result document', () => {
  test('holds outcome, situation, changes, recovery and what is deferred', () => {
    expect(resultDocument(lostCenter(), 'runs/report.html')).toMatchObject({
      apiVersion: 'tricenter.io/v1',
      kind: 'RunResult',
      run: '20261120-0315-k3f9',
      verb: 'failover',
      answer: 'yes',
      world: 'as-planned',
      exit: 0,
      situation: { was: [], is: ['zone-a'] },
      recovery: { total: 9400, withinTarget: true },
      deferred: [{ center: 'zone-a', rules: 5 }],
      findings: [{ guard: 'helm-owned' }],
      report: 'runs/report.html',
    })
    expect(resultDocument(lostCenter())).toHaveProperty('changes.length', 8)
  })

  test('is the same after JSON, and says null where nothing is known', () => {
    const document = resultDocument(refused())
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
    expect(document).toMatchObject({ answer: 'refused', world: 'untouched', exit: 3, recovery: null, report: null, changes: [] })
  })
})

describe('a plan', () => {
  const records = lostCenter()
  const run = records[0]
  if (run?.type !== 'run-started') throw new Error('fixture')
  const input = {
    started: run,
    plans: records.filter((record) => record.type === 'planned'),
    kubectl: (change: { center: string; object: { name: string } }) =>
      `kubectl --context prod-${change.center} patch httproute ${change.object.name}`,
  }

  test('shows every edit by object, rule and cluster, and commands in whole lines', () => {
    expect(renderLines(planText(input, options), plainPaint)).toMatchInlineSnapshot(`
      "Plan: Switch away from zone-a. Nothing was written.

      10 edits in 8 objects of 2 clusters
                                 IN              zone-a    zone-b  zone-c
      HTTPRoute ai-system/ai-service-dual-active
        /api                     zone-b, zone-c  50 → 0  50 → 100       0
      HTTPRoute ai-system/chat
        /v1/chat                 zone-b, zone-c  50 → 0  50 → 100       0
      HTTPRoute ai-system/cross-region-failover
        /                        zone-b, zone-c  50 → 0  50 → 100       0
      HTTPRoute ai-system/proximity-by-header
        X-Client-Region=beijing  zone-b, zone-c  50 → 0  50 → 100       0
        /                        zone-b, zone-c  50 → 0  50 → 100       0

      helm-owned warns: Helm owns 4 routes (ai-routes): its next upgrade may fight
        this
      DEFERRED  zone-a's cluster (about 5 rules), until it answers
      COST  zone-b: 823 of 1200 req/s × margin 1.2 = 82 % (measured)
      COST  zone-c: 0 of 200 req/s × margin 1.2 = 0 % (measured)

      The same by commands:
      kubectl --context prod-zone-b patch httproute ai-service-dual-active
      kubectl --context prod-zone-b patch httproute proximity-by-header
      kubectl --context prod-zone-b patch httproute cross-region-failover
      kubectl --context prod-zone-b patch httproute chat
      kubectl --context prod-zone-c patch httproute ai-service-dual-active
      kubectl --context prod-zone-c patch httproute proximity-by-header
      kubectl --context prod-zone-c patch httproute cross-region-failover
      kubectl --context prod-zone-c patch httproute chat
      "
    `)
  })

  test('is a document with the same', () => {
    const document = JSON.parse(JSON.stringify(planDocument(input))) as { steps: { changes: { kubectl: string; patch: unknown[] }[] }[] }
    expect(document).toMatchObject({
      apiVersion: 'tricenter.io/v1',
      kind: 'Plan',
      verb: 'failover',
      steps: [{ situation: ['zone-a'], deferred: [{ center: 'zone-a' }] }],
    })
    expect(document.steps[0]?.changes).toHaveLength(8)
    expect(document.steps[0]?.changes[0]?.kubectl).toBe('kubectl --context prod-zone-b patch httproute ai-service-dual-active')
  })

  test('of nothing says so', () => {
    expect(renderLines(planText({ ...input, plans: [] }, options), plainPaint)).toContain('Nothing was written.')
  })
})

describe('runs', () => {
  test('are listed in a table', () => {
    const list = [
      {
        run: '20261120-0315-k3f9',
        verb: 'failover',
        started: '2026-11-20T03:15:07.000Z',
        params: { center: ['zone-a'] },
        exit: 0,
        state: 'ended',
      },
      {
        run: '20261119-2210-a001',
        verb: 'rebalance',
        started: '2026-11-19T22:10:00.000Z',
        params: { set: { 'zone-a': 70, 'zone-b': 30 } },
        state: 'unfinished',
      },
    ] as const
    expect(renderLines(runsTable(list, { language: 'en', width: 100 }), plainPaint)).toMatchInlineSnapshot(`
      "RUN                 VERB       STARTED (UTC)        WHAT                     STATE       EXIT
      20261120-0315-k3f9  failover   2026-11-20 03:15:07  center=zone-a            ended          0
      20261119-2210-a001  rebalance  2026-11-19 22:10:00  set=zone-a:70,zone-b:30  unfinished     -
      "
    `)
    expect(renderLines(runsTable([], { language: 'en' }), plainPaint)).toBe('No runs.\n')
  })

  test('are shown moment by moment', () => {
    expect(renderLines(runShow(heldDrill(), options), plainPaint).replace(/last hash \w+/, 'last hash …')).toMatchInlineSnapshot(`
      "Drill single-center on zone-a · lab, embedded API         run 20261120-0500-7d2c
      2026-11-20 03:15:07 UTC · lin@ops-1 · 113 records, last hash …

      03:15:07  step        rehearse
      03:15:07  planned     5 rules in 3 clusters
      03:15:07  decided     5 rules in 3 clusters
      03:15:07  step        baseline
      03:15:12  held        errors 0.00 % of 1 204
      03:15:12  step        Make the fault
      03:15:12  applied     zone-a 1/1 objects                                  0.02 s
      03:15:16  held        10 instances gone, 47 % of requests fail
      03:15:16  step        Switch
      03:15:16  step        Move the weights
      03:15:16  planned     5 rules in 3 clusters
      03:15:16  applied     zone-a, zone-b, zone-c 4/4 objects                   0.3 s
      03:15:16  step        Clients recovered
      03:15:23  recovered   clients through zone-a, zone-b, zone-c               6.1 s
      03:15:23  held        5 s without a failed request, 106 requests
      03:15:23  held        3611 acknowledged, 3611 recorded, 0 lost, 0 twice
      03:15:23  step        Restore the fault
      03:15:23  applied     zone-a 1/1 objects                                  0.01 s
      03:15:29  step        Return the weights
      03:15:29  applied     zone-a, zone-b, zone-c 4/4 objects                   0.3 s
      03:15:31  held        50 % · errors 0.00 % of 502
      03:15:35  held        100 % · errors 0.00 % of 1 502
      03:15:35  step        Nothing left behind
      03:15:35  held        weights, replicas and objects as before

      Held. RTO 6.1 s (target 30 s), resolution 0.05 s. 412 requests failed before the
      switch, 0 after. 3611 acknowledged, 3611 recorded, 0 lost, 0 twice.
      Exit 0, restored.
      "
    `)
  })

  test('that have not ended name the command that ends them', () => {
    expect(renderLines(runShow(lostCenter().slice(0, -1), options), plainPaint)).toMatch(/tricenter resume 20261120-0315-k3f9\n$/)
  })
})
