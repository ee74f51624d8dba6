import { describe, expect, test } from 'vitest'
import { reportFacts } from '../../src/report/facts.ts'
import { reportHtml } from '../../src/report/html.ts'
import { reportMarkdown } from '../../src/report/markdown.ts'
import { journal, oneChange, second, started, writes } from '../ui/fixtures/journal.ts'
import { heldDrill, lostCenter, refused, stoppedFailback } from '../ui/fixtures/runs.ts'
import { phrasebook } from '../ui/fixtures/screen.ts'

const html = (records: Parameters<typeof reportFacts>[0], language: 'en' | 'zh' = 'en') =>
  reportHtml(reportFacts(records), language, phrasebook)
const markdown = (records: Parameters<typeof reportFacts>[0], language: 'en' | 'zh' = 'en') =>
  reportMarkdown(reportFacts(records), language, phrasebook)

describe('the facts of a run', () => {
  test('place the parts of the recovery time on the run', () => {
    const { marks } = reportFacts(heldDrill())
    expect(marks.map(({ kind, ms }) => [kind, ms])).toEqual([
      ['fault', 5170],
      ['first-failure', 5240],
      ['detected', 9040],
      ['decided', 9240],
      ['applied', 9550],
      ['recovered', 11_340],
      ['restored', 22_780],
    ])
  })

  test('hold the weights before, during and after', () => {
    const row = reportFacts(stoppedFailback()).weights.find(({ cluster, where }) => cluster === 'zone-a' && where === '/api')
    expect(row?.before).toEqual({ 'zone-a': 0, 'zone-b': 100, 'zone-c': 0 })
    expect(row?.during.map((one) => one['zone-a'])).toEqual([10, 25])
    expect(row?.after['zone-a']).toBe(10)
  })

  test('count a write without an answer as not arrived', () => {
    const first = oneChange()
    const facts = reportFacts(
      journal([
        [0, started('failover')],
        [10, { type: 'intended', step: 's', change: first }],
      ]),
    )
    expect(facts.weights).toEqual([])
    expect(facts.writes[0]?.written).toBeUndefined()
  })

  test('take a write that was read back as arrived', () => {
    const first = oneChange()
    const facts = reportFacts(
      journal([
        [0, started('failover')],
        [10, { type: 'intended', step: 's', change: first }],
        [20, { type: 'written', step: 's', change: first.id, center: 'zone-b', outcome: 'unknown', settled: 'after', took: 10 }],
      ]),
    )
    expect(facts.weights).toHaveLength(1)
    expect(facts.moments.map(({ label }) => label)).toContain('uncertain')
  })

  test('need a journal that begins', () => {
    expect(() => reportFacts(lostCenter().slice(1))).toThrow('run-started')
  })
})

describe('both reports', () => {
  for (const [name, draw] of Object.entries({ html, markdown })) {
    test(`${name}: verdict and recovery time come first`, () => {
      const text = draw(heldDrill())
      const first = name === 'html' ? /<h1>(.*)<\/h1>/.exec(text)?.[1] : text.split('\n')[0]
      expect(first).toContain('Held, restored · RTO 6.1 s (target 30 s, met)')
    })

    test(`${name}: a deploy shows its releases, and no weights unless it moved some`, () => {
      const release = oneChange()
      const [deployed, drained] = [[], [oneChange()]].map((more) =>
        draw(journal([[0, started('deploy')], ...writes('s', [{ ...release, id: 'c-release', effect: 'release' }, ...more], 10, 10)])),
      )
      expect(deployed).not.toContain('Weights and replicas')
      expect(drained).toContain('Weights and replicas')
    })

    test(`${name}: hold guards, decisions, writes, what is deferred, next and the hash`, () => {
      const records = lostCenter()
      const text = draw(records).replaceAll('\\', '')
      expect(text).toContain('helm-owned')
      expect(text).toContain('Helm owns 4 routes')
      expect(text).toContain(
        'zone-a cluster, about 5 rules'.replace('zone-a cluster', name === 'html' ? 'zone-a&#39;s cluster' : "zone-a's cluster"),
      )
      expect(text).toMatch(/lin@ops-1 typed ("|&quot;)zone-a/)
      expect(text).toContain('/spec/rules/0/backendRefs')
      expect(text).toContain('tricenter sync --center zone-a --wait')
      expect(text).toContain(`${records.length} records`)
      expect(text).toContain(reportFacts(records).journal.hash)
      expect(text).toContain('resolution 0.05 s')
      expect(text).toContain('given by --since')
    })

    test(`${name}: a drill has the fields of drill evidence`, () => {
      const text = draw(heldDrill())
      for (const field of [
        'Purpose',
        'Scope',
        'Scenario',
        'Kind',
        'People and roles',
        'Planned start',
        'Actual start',
        'Executor',
        'Reviewer',
        'RTO against target',
        'RPO',
        'Rollback',
        'Problems and remedies',
        'Conclusion',
      ]) {
        expect(text).toContain(field)
      }
      expect(text).toContain('3611 acknowledged, 3611 recorded, 0 lost, 0 twice')
      expect(text).toContain('lab, embedded API')
    })

    test(`${name}: speaks Chinese, and leaves ids as they are`, () => {
      const text = draw(heldDrill(), 'zh')
      for (const word of ['假设成立', '演练目的', '时间线', '护栏', '末条哈希', 'zone-a', '目标 30 秒']) expect(text).toContain(word)
    })

    test(`${name}: tells a refusal without a single write`, () => {
      expect(draw(refused())).toContain('Nothing was written.')
    })

    test(`${name}: escapes what came from elsewhere`, () => {
      const evil = '<script>alert(1)</script>'
      const change = oneChange()
      const hostile = {
        ...change,
        object: { kind: 'HTTPRoute', namespace: 'ai', name: evil },
        edits: change.edits.map((edit) => ({ ...edit, where: `a|b\n${evil}` })),
        patch: [{ op: 'replace' as const, path: '/x', value: `\`\`\`${evil}` }],
      }
      const text = draw(
        journal([
          [0, started('failover', { actor: { user: evil, host: evil, pid: 1 }, params: { center: evil } })],
          second(0, 0, { [evil]: 100 }),
          ...writes('s', [hostile], 10, 5),
          [20, { type: 'written', step: 's', change: 'x', center: evil, outcome: 'rejected', detail: evil, took: 1 }],
        ]),
      )
      const outsideFences = name === 'html' ? text : text.replaceAll(/```[^]*?\n```/g, '')
      expect(outsideFences).not.toMatch(/<script/i)
      expect(text).toContain('&lt;script&gt;')
    })
  }
})

describe('the HTML report', () => {
  test('fetches nothing and runs nothing', () => {
    const text = html(heldDrill())
    expect(text).not.toMatch(/<script|<link|<img|@import|url\(|\ssrc=|\shref=|\son\w+=/i)
    expect(text).toContain(`default-src 'none'`)
  })

  test('is balanced markup', () => {
    const text = html(lostCenter())
    const open: string[] = []
    const strays: string[] = []
    for (const [whole, end, tag = ''] of text.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
      if (tag === 'meta' || whole.endsWith('/>')) continue
      if (end === '') open.push(tag)
      else if (open.pop() !== tag) strays.push(whole)
    }
    expect([open, strays]).toEqual([[], []])
  })

  test('plots two pictures with a line for every mark', () => {
    const text = html(heldDrill())
    expect(text.match(/<svg /g)).toHaveLength(2)
    expect(text.match(/class="mark"/g)).toHaveLength(14)
    for (const label of [
      'fault 5.2 s',
      'first failure 5.2 s',
      'detected 9.0 s',
      'decided 9.2 s',
      'applied 9.6 s',
      'recovered 11.3 s',
      'restored 22.8 s',
    ])
      expect(text).toContain(`>${label}</text>`)
    expect(text).not.toContain('NaN')
  })

  test('leaves a gap where no request was made', () => {
    const text = html(
      journal([
        [0, started('failover')],
        second(0, 0, { 'zone-a': 100 }),
        second(1000, 2, { 'zone-a': 100 }),
        second(7000, 0, { 'zone-a': 100 }),
        second(8000, 0, { 'zone-a': 100 }),
      ]),
    )
    expect(text.match(/<polyline class="errors"/g)).toHaveLength(2)
  })

  test('says so when nothing was sampled', () => {
    expect(html(stoppedFailback())).toContain('No client probes were recorded.')
  })
})
