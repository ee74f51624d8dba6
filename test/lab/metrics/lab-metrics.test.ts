import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { shippedProfiles } from '../../../src/documents/shipped-profiles.ts'
import { type KubeClient, openKubeClient } from '../../../src/lab/kube-client.ts'
import { type Lab, startLab } from '../../../src/lab/lab.ts'
import { runningWith } from '../engines/running-with.ts'

const program = join(process.env['TRICENTER_LAB_BINARIES'] ?? '', 'prometheus')
const none = !existsSync(program)

const RULES = `groups:
  - name: lab
    rules:
      - alert: RemoteServes
        expr: sum(rate(envoy_cluster_upstream_rq_total{cluster_name=~"outbound.*shanghai.*"}[2s])) > 1
        for: 500ms
`
const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes/ai-service-dual-active-route'
const cluster = (app: string) => `cluster_name="outbound|8080||ai-service-${app}.DEFAULT-GROUP.public.nacos"`

async function get(lab: Lab, center: string, path: string): Promise<unknown> {
  const answer = await fetch(`${lab.centers[center]!.metrics}/api/v1/${path}`, { signal: AbortSignal.timeout(2000) })
  const body = (await answer.json()) as { data?: unknown; error?: string }
  if (body.error !== undefined) throw new Error(body.error)
  return body.data
}
/** Values of an instant query, as `labels…` → number, or the only one. */
async function values(lab: Lab, query: string, center = 'zone-a'): Promise<readonly number[]> {
  const { result } = (await get(lab, center, `query?${new URLSearchParams({ query }).toString()}`)) as {
    result: { value: [number, string] }[]
  }
  return result.map(({ value }) => Number(value[1]))
}
const soon = { timeout: 15_000, interval: 100 }

describe('the metrics of a lab', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-metrics-'))
  let lab: Lab
  let client: KubeClient

  beforeAll(async () => {
    lab = await startLab({ dir, load: 100, startDelay: [10, 30], metrics: { interval: 200, rules: RULES } })
    client = openKubeClient({ ...lab.embedded.cluster('zone-a'), url: lab.centers['zone-a']!.apiServer })
  })
  afterAll(async () => {
    await client.close()
    await lab.close()
    rmSync(dir, { recursive: true })
  })

  test('each center sees its own gateway: half of the requests, evenly to both centers, none failed', async () => {
    await vi.waitFor(async () => {
      expect(await values(lab, 'sum(rate(envoy_http_downstream_rq_total[2s]))')).toEqual([expect.closeTo(50, -1)])
      expect(await values(lab, 'rate(envoy_http_downstream_rq{response_code_class="5xx"}[2s])')).toEqual([0])
      const share = `sum(rate(envoy_cluster_upstream_rq_total{${cluster('zone-a')}}[2s])) / sum(rate(envoy_cluster_upstream_rq_total[2s]))`
      expect(await values(lab, share)).toEqual([expect.closeTo(0.5, 1)])
    }, soon)
    expect(await values(lab, `envoy_cluster_membership_healthy{${cluster('shanghai')}}`)).toEqual([2])
    expect(await get(lab, 'zone-b', 'label/center/values')).toEqual(['zone-b'])
    expect(lab.status()).toMatchObject({ scrapeInterval: 200, centers: { 'zone-a': { metrics: lab.centers['zone-a']!.metrics } } })
  })

  test('every figure of the profile for Envoy has an answer', async () => {
    const { figures } = parseYaml(shippedProfiles.envoy) as { figures: Record<string, { query: string }> }
    expect(Object.keys(figures).length).toBeGreaterThan(5)
    for (const [name, { query }] of Object.entries(figures)) {
      const asked = query.replaceAll('$labels', 'center="zone-a"').replaceAll('$window', '2s')
      await vi.waitFor(
        async () =>
          expect([name, (await values(lab, asked)).filter(Number.isFinite).length]).toEqual([name, /by \(cluster/.test(query) ? 3 : 1]),
        soon,
      )
    }
  })

  test('a backend that no rule gives weight has no cluster and no metrics; requests that lead there show, and an alert fires', async () => {
    const { body } = await client.send('GET', ROUTE)
    const { spec } = body as { spec: { rules: { backendRefs: { name: string }[] }[] } }
    // The document's routes name the remote center at weight 0 in one rule and alone in another.
    const remote = `envoy_cluster_upstream_rq_total{${cluster('shanghai')}}`
    const proximity = ROUTE.replace('ai-service-dual-active-route', 'proximity-route-by-header')
    const before = ((await client.send('GET', proximity)).body as typeof body & { spec: { rules: unknown[] } }).spec.rules
    await client.mergePatch(proximity, { spec: { rules: [before[0], before[2]] } })
    await vi.waitFor(async () => expect(await values(lab, remote)).toEqual([]), soon)

    const shanghai = spec.rules.map((rule) => ({
      ...rule,
      backendRefs: [{ ...rule.backendRefs[0]!, name: 'ai-service-shanghai.DEFAULT-GROUP.public.nacos', weight: 1 }],
    }))
    await client.mergePatch(ROUTE, { spec: { rules: shanghai } })
    const alert = async () => (await get(lab, 'zone-a', 'alerts')) as { alerts: { state: string; labels: object }[] }
    await vi.waitFor(
      async () => expect(await alert()).toMatchObject({ alerts: [{ state: 'firing', labels: { alertname: 'RemoteServes' } }] }),
      soon,
    )
    await client.mergePatch(ROUTE, { spec: { rules: spec.rules } })
    await vi.waitFor(async () => expect(await alert()).toEqual({ alerts: [] }), soon)
  })

  test('a gateway that does not tell its counters is down, and all that it told is gone at once', async () => {
    await lab.fault('zone-a', { kind: 'refuse', target: 'stats' })
    await vi.waitFor(async () => expect(await values(lab, 'up')).toEqual([0]), soon)
    expect(await values(lab, 'envoy_http_downstream_rq_total')).toEqual([])
    expect(await values(lab, 'up', 'zone-b')).toEqual([1])
    const { activeTargets } = (await get(lab, 'zone-a', 'targets')) as { activeTargets: { health: string; lastError: string }[] }
    expect(activeTargets).toMatchObject([{ health: 'down', lastError: expect.stringContaining('ECONN') }])
    await lab.heal('zone-a')
    await vi.waitFor(async () => expect(await values(lab, 'up')).toEqual([1]), soon)
  })

  test('a Prometheus out of reach refuses, and one of a lost center is silent; healed, it has the time between as a gap', async () => {
    await lab.fault('zone-a', { kind: 'refuse', target: 'metrics' })
    await expect(values(lab, 'up')).rejects.toThrow('fetch failed')
    await lab.heal('zone-a')
    await vi.waitFor(async () => expect(await values(lab, 'up')).toEqual([1]), soon)
    await lab.fault('zone-a', { kind: 'lost' })
    await expect(values(lab, 'up')).rejects.toThrow('timeout')
    await lab.heal('zone-a')
    await vi.waitFor(async () => expect(await values(lab, 'min_over_time(up[4s]) + up')).toEqual([1]), soon)
  })
})

describe.skipIf(none)(none ? 'with the real Prometheus (not run: no binaries)' : 'with the real Prometheus', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-prometheus-'))
  let lab: Lab | undefined
  afterAll(async () => {
    await lab?.close()
    rmSync(dir, { recursive: true })
  })

  test('it finds the same series, types, targets and rules as the stand-in, and ends with the lab', async () => {
    lab = await startLab({ dir, load: 20, startDelay: [10, 30], metrics: { interval: 200, program } })
    const other = mkdtempSync(join(tmpdir(), 'tricenter-metrics-'))
    const own = await startLab({ dir: other, load: 20, startDelay: [10, 30], metrics: { interval: 200 } })
    const labs = [lab, own]
    const told = async (one: Lab) => {
      const series = (await get(one, 'zone-a', 'series?match[]={__name__=~"envoy.*|up|scrape.*"}')) as Record<string, string>[]
      const { groups } = (await get(one, 'zone-a', 'rules')) as { groups: { rules: { name: string; query: string; duration: number }[] }[] }
      const { activeTargets } = (await get(one, 'zone-a', 'targets')) as { activeTargets: Record<string, unknown>[] }
      return {
        series: series.map(({ instance: _, ...labels }) => JSON.stringify(Object.entries(labels).sort())).sort(),
        metadata: await get(one, 'zone-a', 'metadata'),
        rules: groups.flatMap(({ rules }) => rules.map(({ name, query, duration }) => ({ name, query, duration }))),
        target: activeTargets.map(({ health, scrapePool, scrapeInterval, scrapeTimeout }) => ({
          health,
          scrapePool,
          scrapeInterval,
          scrapeTimeout,
        })),
      }
    }
    const loaded = 'count(envoy_cluster_upstream_rq{response_code_class="2xx"})'
    for (const one of labs) await vi.waitFor(async () => expect(await values(one, loaded)).toEqual([2]), { timeout: 30_000, interval: 200 })
    const [real, ours] = [await told(lab), await told(own)]
    expect(ours).toEqual(real)
    expect(ours.series.length).toBeGreaterThan(40)
    for (const one of labs) {
      await one.fault('zone-a', { kind: 'refuse', target: 'stats' })
      await vi.waitFor(async () => expect(await values(one, 'up')).toEqual([0]), soon)
      expect(await values(one, 'envoy_http_downstream_rq_total or scrape_samples_scraped')).toEqual([0])
    }
    await own.close()
    rmSync(other, { recursive: true })
    expect(runningWith(dir).length).toBeGreaterThan(2)
    await lab.close()
    expect(runningWith(dir)).toEqual([])
    expect(existsSync(join(dir, 'prometheus', 'zone-a'))).toBe(false)
  })
})

test('a program that is no Prometheus: the lab says what it said, and leaves nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-metrics-'))
  await expect(startLab({ dir, load: 0, metrics: { program: '/bin/false' } })).rejects.toThrow(/prometheus-zone-. ended: .*ended with 1/)
  expect(existsSync(join(dir, 'lab.json'))).toBe(false)
  rmSync(dir, { recursive: true })
})
