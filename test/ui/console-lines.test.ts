import { PassThrough, Writable } from 'node:stream'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { JournalRecord, Planned, Question } from '../../src/domain/record.ts'
import { centerOf } from '../../src/domain/topology.ts'
import { createPaint, plainPaint } from '../../src/ui/color.ts'
import { createLinesConsole } from '../../src/ui/console-lines.ts'
import { decisionScreen } from '../../src/ui/decision-screen.ts'
import { renderLines } from '../../src/ui/line.ts'
import { calm, center, changesIn, journal, lostA, started } from './fixtures/journal.ts'
import { heldDrill, lostCenter, nothingToDo, refused, stoppedFailback } from './fixtures/runs.ts'
import { phrasebook, screenOf } from './fixtures/screen.ts'
import { topology } from './fixtures/topology.ts'

const typeValue: Question = { kind: 'type-value', value: 'zone-a', reason: 'confirm-value', facts: {} }
const yesNo: Question = { kind: 'yes-no', reason: 'confirm-yes', facts: {} }
const ESC = String.fromCharCode(27)

test('tells a switch away from a lost center', async () => {
  expect(await screenOf(lostCenter())).toMatchInlineSnapshot(`
    "Switch away from zone-a (beijing)                         run 20261120-0315-k3f9

    NOW       zone-a  lost     API no answer in 3 s · gateway refused
              zone-b  serving  10/10 ready · 50.0 % of traffic · carries 1200 req/s
              zone-c  standby  2/2 ready · 0.0 % of traffic · carries 200 req/s
    CHANGE    5 rules × 2 clusters   zone-a     zone-b   zone-c
                the same in both     50 → 0   50 → 100        0
    DEFERRED  zone-a's cluster (about 5 rules), until it answers
    COST      zone-b: 823 of 1200 req/s × margin 1.2 = 82 % (measured)
              zone-c: 0 of 200 req/s × margin 1.2 = 0 % (measured)
    GUARDS    ok identity · ok capacity · ok zone-b serving · ok routes resolved
              helm-owned warns: Helm owns 4 routes (ai-routes): its next upgrade
                may fight this
    NOT MOVED clients whose DNS answer is zone-a's gateway: 50 % of entry, TTL 60 s
    UNDO      tricenter undo 20261120-0315-k3f9
    TAKES     about 1 s to write, 6 s to prove; at most 43 s

    03:15:09  decided     5 rules in 2 clusters, about 5 deferred
    03:15:09  applied     zone-b, zone-c 4/4 objects                           0.2 s
    03:15:09  held        new generation reported by 2 gateways
    03:15:15  held        5 s without a failed request, 106 requests

    Switched. Through zone-b and zone-c, clients recovered 9.4 s after the fault
    (target 30 s, start given by --since): detect 7.1 s · decide 0.5 s · apply
    0.2 s · prove 1.6 s; resolution 0.05 s.
    Entry zone-a (declared 50 %): not moved by this, DNS TTL 60 s.
    Deferred: zone-a's cluster, about 5 rules. Waiting for it, and mending it the
    moment it answers: tricenter sync --center zone-a --wait
    Report: runs/report.html
    "
  `)
})

test('tells a switch in Chinese', async () => {
  expect(await screenOf(lostCenter(), { language: 'zh' })).toMatchInlineSnapshot(`
    "切离 zone-a (beijing)                                    运行 20261120-0315-k3f9

    现状      zone-a  失联    API no answer in 3 s · 网关 refused
              zone-b  服务中  就绪 10/10 · 占流量 50.0 % · 可承载 1200 请求/秒
              zone-c  备用    就绪 2/2 · 占流量 0.0 % · 可承载 200 请求/秒
    变更      5 条规则 × 2 个集群   zone-a     zone-b   zone-c
                两个集群相同        50 → 0   50 → 100        0
    推迟      zone-a 集群（约 5 条规则），待其应答后补做
    代价      zone-b：823 / 1200 请求/秒 × 余量 1.2 = 82 %（实测）
              zone-c：0 / 200 请求/秒 × 余量 1.2 = 0 %（实测）
    护栏      ok 集群身份 · ok 容量 · ok zone-b 服务正常 · ok 路由已解析
              helm-owned 提醒：Helm 管理 4 条路由（ai-routes），其下次升级可能覆盖
                本次切换
    不切换    DNS 解析到 zone-a 网关的客户端：入口 50 %，TTL 60 秒
    撤销      tricenter undo 20261120-0315-k3f9
    耗时      下发约 1 秒，验证约 6 秒；最长 43 秒

    03:15:09  已决策      2 个集群共 5 条规则，推迟约 5 条
    03:15:09  已下发      zone-b, zone-c 4/4 个对象                           0.2 秒
    03:15:09  成立        2 个网关已上报新一代
    03:15:15  成立        5 s 内无失败请求，共 106 个

    已切换。经 zone-b、zone-c 的客户端在故障后 9.4 秒恢复（目标 30 秒，起点由
    --since 给出）：发现 7.1 秒 · 决策 0.5 秒 · 下发 0.2 秒 · 验证 1.6 秒，分辨率
    0.05 秒。
    入口 zone-a（约 50 %）不由本工具切换，DNS TTL 60 秒。
    已推迟：zone-a 集群约 5 条规则。等待其应答并立即补齐：
    tricenter sync --center zone-a --wait
    报告：runs/report.html
    "
  `)
})

test('tells a drill step by step', async () => {
  expect(await screenOf(heldDrill())).toMatchInlineSnapshot(`
    "Drill single-center on zone-a · lab, embedded API         run 20261120-0500-7d2c
      rehearse    would make 15 changes in 3 clusters                         0.02 s
      baseline    errors 0.00 % of 1 204                                        held
      fault       ai-service-zone-a scaled 10 → 0 · 10 instances gone, 47 % of  held
                  requests fail
      Switch      15 changes in 3 clusters                                     0.3 s
      recovered   5 s without a failed request, 106 requests                    held
      heal        ai-service-zone-a scaled 0 → 10                              6.2 s
      failback    50 → 100 % · 15 changes in 3 clusters · errors 0.00 % of      held
                  1 502
      clean       weights, replicas and objects as before                       held

    Held. RTO 6.1 s (target 30 s), resolution 0.05 s. 412 requests failed before the
    switch, 0 after. 3611 acknowledged, 3611 recorded, 0 lost, 0 twice.
    Report: runs/report.html
    "
  `)
})

test('tells a refusal with its figures and the way on', async () => {
  expect(await screenOf(refused())).toMatchInlineSnapshot(`
    "Will not rebalance: capacity. zone-c would carry 823 req/s, it can carry 200.
    Nothing was changed.
    To go on all the same: --override capacity --reason "…"
    Next: tricenter runbook run degrade-heavy-models
    Report: runs/report.html
    "
  `)
})

test('says so when there is nothing to do', async () => {
  expect(await screenOf(nothingToDo())).toMatchInlineSnapshot(`
    "Nothing to do: zone-a carries no weight in 10 of 10 reachable rules.
    Deferred: zone-a's cluster, about 5 rules. Waiting for it, and mending it the
    moment it answers: tricenter sync --center zone-a --wait
    Report: runs/report.html
    "
  `)
})

test('tells a way back that stopped at a gate', async () => {
  expect(await screenOf(stoppedFailback())).toMatchInlineSnapshot(`
    "Return zone-a (beijing) to traffic                        run 20261120-0415-m2x7

    NOW       zone-a  out      10/10 ready · 0.0 % of traffic · carries 1200 req/s
              zone-b  serving  10/10 ready · 100.0 % of traffic · carries 1200 req/s
              zone-c  standby  2/2 ready · 0.0 % of traffic · carries 200 req/s
    CHANGE    5 rules × 3 clusters   zone-a     zone-b   zone-c
                the same in all 3    0 → 10   100 → 90        0
    COST      zone-b: 823 of 1200 req/s × margin 1.2 = 82 % (measured)
              zone-c: 0 of 200 req/s × margin 1.2 = 0 % (measured)
    GUARDS    ok identity · ok capacity · ok zone-a serving · ok routes resolved ·
              ok no other owner
    UNDO      tricenter undo 20261120-0415-m2x7
    TAKES     4 steps, about 6 s each; at most 2 min 52 s

    03:15:08  decided     5 rules in 3 clusters
    03:15:08  step        Raise zone-a
    03:15:08  applied     10 % · zone-a, zone-b, zone-c 4/4 objects           0.09 s
    03:15:13  held        10 % · errors 0.00 % of 1204
    03:15:13  applied     25 % · zone-a, zone-b, zone-c 4/4 objects           0.08 s
    03:15:16  not held    25 % · errors 3.10 %, over the limit of 1 %
    03:15:16  applied     10 % · zone-a, zone-b, zone-c 4/4 objects           0.09 s

    Stopped, and brought back to the last state that held. The gate of 25 % said no;
    10 % was applied again.
    Next: tricenter failback --center zone-a
    Next: tricenter status
    Report: runs/report.html
    "
  `)
})

describe('every frame', () => {
  const runs: readonly (readonly [string, () => readonly JournalRecord[]])[] = Object.entries({
    lostCenter,
    heldDrill,
    refused,
    nothingToDo,
    stoppedFailback,
  })
  for (const [name, records] of runs) {
    for (const language of ['en', 'zh'] as const) {
      test(`${name} in ${language} fits 80 columns, without trailing spaces`, async () => {
        const lines = (await screenOf(records(), { language })).split('\n')
        expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([])
        expect(lines.filter((line) => line !== line.trimEnd())).toEqual([])
      })
    }
    test(`${name} holds no escape under NO_COLOR, and the same words with colour`, async () => {
      const plain = await screenOf(records(), { paint: createPaint({ NO_COLOR: '1', FORCE_COLOR: '1' }, true) })
      const coloured = await screenOf(records(), { paint: createPaint({ FORCE_COLOR: '1' }, false) })
      expect(plain).not.toContain(ESC)
      expect(coloured).toContain(ESC)
      expect(coloured.replaceAll(new RegExp(`${ESC}\\[[0-9;]*m`, 'g'), '')).toBe(plain)
    })
  }
})

describe('the decision screen', () => {
  const options = { language: 'en', phrasebook, width: 80 } as const
  const many = Array.from({ length: 24 }, (_, i) => `dc-${i}`)
  const wide = { ...topology, centers: many.map((name) => ({ ...centerOf(topology, 'zone-a'), name })) }
  const figures = (i: number) => Object.fromEntries(many.map((name, at) => [name, at === i % 24 ? 0 : 10]))
  const changes = many.flatMap((name, i) => changesIn(name, figures(i), figures(i + 1), `s${i}`))
  const findings = Array.from(
    { length: 12 },
    (_, i) => ({ guard: 'unresolved-route', reason: `reason-${i}`, facts: { route: 'x'.repeat(90) }, where: {}, effect: 'leave' }) as const,
  )
  const planned: Planned & { ms: number } = {
    ms: 200,
    type: 'planned',
    step: 'switch',
    changes,
    findings,
    deferred: many.slice(0, 10).map((name) => ({ center: name, rules: 5, why: 'no answer' })),
    load: many.map((name) => ({ center: name, load: 10, capacity: 100, source: 'declared' })),
    census: [],
    was: [],
    situation: ['dc-0'],
  }

  test('leaves two of 24 lines for the question', () => {
    const [run, observed, plan] = lostCenter()
    if (run?.type !== 'run-started' || observed?.type !== 'observed' || plan?.type !== 'planned') throw new Error('fixture')
    expect(decisionScreen({ started: run, observed, planned: plan }, options).length).toBeLessThanOrEqual(22)
  })

  test('gives up rows when there is much to show, and says how many, but never the way back', () => {
    const observed = { centers: many.map((name) => ({ ...center('zone-a'), center: name })), situation: calm, ms: 0 }
    const text = renderLines(
      decisionScreen({ started: { ...started('failover'), topology: wide }, observed, planned }, options),
      plainPaint,
    )
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(22)
    expect(text).toContain('… and ')
    expect(text).toContain('UNDO      tricenter undo 20261120-0315-k3f9')
    expect(text.split('\n').filter((line) => stringWidth(line) > 80)).toEqual([])
  })

  test('folds rules that change alike, whether they name a third center or not', () => {
    const two = changesIn('zone-b', { 'zone-a': 50, 'zone-b': 50 }, { 'zone-a': 0, 'zone-b': 100 })
    const three = changesIn('zone-c', { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 }, { 'zone-a': 0, 'zone-b': 100, 'zone-c': 0 })
    const text = renderLines(
      decisionScreen(
        { started: started('failover'), planned: { ...planned, changes: [...two, ...three], findings: [], deferred: [], load: [] } },
        options,
      ),
      plainPaint,
    )
    expect(text).toMatch(/CHANGE {4}5 rules × 2 clusters +zone-a +zone-b +zone-c\n +the same in both +50 → 0 +50 → 100 +0\n/)
  })

  test('calls a center silent that had not answered when the plan closed', () => {
    const silent = { ...lostA, api: { state: 'late' }, gateway: { state: 'late' } } as const
    const text = renderLines(
      decisionScreen({ started: started('failover'), observed: { centers: [silent], situation: calm, ms: 0 } }, options),
      plainPaint,
    )
    expect(text).toContain('zone-a  silent  API no answer yet · gateway no answer yet')
  })

  test('does not call a guard ok whose figures are missing', () => {
    const observed = {
      centers: [center('zone-b', { serving: { verdict: 'unknown', reason: 'api' }, identity: 'unknown' })],
      situation: calm,
      ms: 0,
    }
    const plan: Planned & { ms: number } = {
      ...planned,
      changes: changesIn('zone-b', { 'zone-a': 50, 'zone-b': 50 }, { 'zone-a': 0, 'zone-b': 100 }),
      findings: [],
      deferred: [],
      load: [{ center: 'zone-b', load: 10, source: 'declared' }],
    }
    const text = renderLines(decisionScreen({ started: started('failover'), observed, planned: plan }, options), plainPaint)
    expect(text).not.toMatch(/ok identity|ok capacity|ok zone-b serving/)
  })
})

describe('remote text', () => {
  test('never reaches the terminal with its control characters', async () => {
    const hostile = `x${ESC}]0;owned\u0007${ESC}[2J\u202Eevil\r\nnext`
    const text = await screenOf(
      journal([
        [0, started('failover')],
        [10, { type: 'written', step: 's', change: 'c', center: 'zone-b', outcome: 'rejected', detail: hostile, took: 1 }],
      ]),
    )
    expect(text).not.toContain(ESC)
    expect(text).not.toContain('\u202E')
    expect(text).toContain('evil next')
  })
})

describe('a question', () => {
  const make = (terminal: boolean, prepared: { confirm?: string; yes: boolean }, interrupt = () => undefined) => {
    const output = new PassThrough()
    const input = new PassThrough()
    const console = createLinesConsole({
      language: 'en',
      phrasebook,
      width: 80,
      paint: plainPaint,
      output,
      input,
      terminal,
      prepared,
      interrupt,
    })
    return { console, input, output }
  }
  const open = new AbortController().signal

  test('is answered by --confirm as it was given, right or wrong', async () => {
    expect(await make(false, { confirm: 'zone-b', yes: false }).console.ask(typeValue, open)).toEqual({ answer: 'zone-b', by: 'flag' })
  })

  test('that wants a value is not answered by --yes', async () => {
    expect(await make(false, { yes: true }).console.ask(typeValue, open)).toBeUndefined()
    expect(await make(false, { yes: true }).console.ask(yesNo, open)).toEqual({ answer: 'y', by: 'flag' })
    expect(await make(false, { confirm: 'zone-a', yes: false }).console.ask(yesNo, open)).toBeUndefined()
  })

  test('is not answered at once where there is no terminal', async () => {
    expect(await make(false, { yes: false }).console.ask(yesNo, open)).toBeUndefined()
  })

  test('is answered by what is typed on a terminal', async () => {
    const { console, input, output } = make(true, { yes: false })
    const answer = console.ask(typeValue, open)
    input.write('zone-a\r')
    expect(await answer).toEqual({ answer: 'zone-a', by: 'terminal' })
    expect(String(output.read())).toContain('Type zone-a to go on, Ctrl-C to leave:')
  })

  test('is left by Ctrl-C, which interrupts the run', async () => {
    let interrupted = 0
    const { console, input } = make(true, { yes: false }, () => {
      interrupted++
      return undefined
    })
    const answer = console.ask(typeValue, open)
    input.write('zo\u0003')
    expect(await answer).toBeUndefined()
    expect(interrupted).toBe(1)
  })

  test('ends with the input, and with the signal', async () => {
    const ended = make(true, { yes: false })
    const answer = ended.console.ask(typeValue, open)
    ended.input.end()
    expect(await answer).toBeUndefined()
    const aborting = new AbortController()
    const other = make(true, { yes: false }).console.ask(typeValue, aborting.signal)
    aborting.abort()
    expect(await other).toBeUndefined()
  })
})

test('a closed pipe silences the console and stops nothing', () => {
  let calls = 0
  const output = new Writable({
    write(_chunk, _encoding, done) {
      calls++
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const console = createLinesConsole({
    language: 'en',
    phrasebook,
    width: 80,
    paint: plainPaint,
    output,
    input: new PassThrough(),
    terminal: false,
    prepared: { yes: false },
  })
  expect(() => {
    for (const record of lostCenter()) console.tell(record)
  }).not.toThrow()
  expect(calls).toBe(1)
})

test('progress is one dim line with its time', () => {
  const output = new PassThrough()
  const console = createLinesConsole({
    language: 'en',
    phrasebook,
    width: 80,
    paint: plainPaint,
    output,
    input: new PassThrough(),
    terminal: false,
    prepared: { yes: false },
    now: () => '2026-11-20T03:15:20.000Z',
  })
  console.tell({ type: 'progress', kind: 'waiting', step: 's', reason: 'errors-within', facts: { ratio: '0.00 %', requests: 60 } })
  expect(String(output.read())).toBe('03:15:20  waiting     errors 0.00 % of 60\n')
})

test('a run that is taken up again tells only what is new', () => {
  const output = new PassThrough()
  const records = lostCenter()
  const console = createLinesConsole({
    language: 'en',
    phrasebook,
    width: 80,
    paint: plainPaint,
    output,
    input: new PassThrough(),
    terminal: false,
    prepared: { yes: false },
    history: records.slice(0, -1),
  })
  for (const record of records.slice(-1)) console.tell(record)
  expect(String(output.read())).toMatch(/^\nSwitched\. Through zone-b and zone-c/)
})
