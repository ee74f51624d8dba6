import type { Deadline } from '../domain/change.ts'
import type { ChartPackage, Preflight, ReleaseSighting } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import { mapObservation, valueOf, type Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { manifestsOf, type Manifest } from '../deploy/manifests.ts'
import { renderedDocuments } from '../documents/rendered.ts'
import { releaseState } from '../deploy/release-state.ts'
import { schedulingFindings } from '../deploy/schedulability.ts'
import { upgradeFindings } from '../deploy/upgrade-rules.ts'
import type { Cluster, Kind, Right } from '../ports/cluster.ts'
import type { HelmInput } from '../ports/helm.ts'
import { readLiveObjects } from './live-objects.ts'
import type { Run } from './run.ts'

const kind = (group: string, plural: string, name: string, namespaced = true): Kind => ({
  group,
  version: 'v1',
  plural,
  kind: name,
  namespaced,
})
const NODES = kind('', 'nodes', 'Node', false)
const QUOTAS = kind('', 'resourcequotas', 'ResourceQuota')
const BUDGETS = kind('policy', 'poddisruptionbudgets', 'PodDisruptionBudget')
const ROUTES = kind('gateway.networking.k8s.io', 'httproutes', 'HTTPRoute')
const BRIDGES = kind('networking.higress.io', 'mcpbridges', 'McpBridge')
const DEFINITIONS = kind('apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition', false)

/** Everything that is looked at in one center before anything is written anywhere. Undefined parts are findings; without a render there is no preflight. */
export async function readPreflight(
  run: Run,
  center: CenterName,
  { release, chart: pulled }: { readonly release: ReleaseSighting; readonly chart: ChartPackage },
  deadline: Deadline,
): Promise<Observation<Preflight>> {
  const { deploy } = run.topology
  const { helm, clusters } = run.deps.world
  const spec = deploy?.releases[center]
  if (deploy === undefined || helm === undefined || spec === undefined) throw new Error(`${center} has no release`)
  const { chart } = deploy
  const input: HelmInput = { center, release: spec, chart, values: [...deploy.values, ...spec.values] }
  const state = releaseState(release.history)
  const deployed = 'deployed' in state ? state.deployed : undefined
  const [about, client, server, live, pending] = await Promise.all([
    helm.chart(chart, deadline),
    helm.render(input, 'client', deadline),
    state.kind === 'stuck' ? undefined : helm.render(input, 'server', deadline),
    deployed === undefined ? undefined : helm.manifest(center, spec, deployed.revision, deadline),
    state.kind === 'stuck' ? helm.manifest(center, spec, state.last.revision, deadline) : undefined,
  ])
  if (about.state !== 'present') return about
  // Only the server's render knows its lookups; where it may not be asked, the client's has to do, and the plan says so.
  const best = server?.state === 'present' ? server : client
  if (best.state !== 'present') return best
  const rendered = parsedManifests(best.value)
  if (rendered === undefined) return { ...best, state: 'unknown', why: 'what Helm rendered is not YAML' }
  const cluster = clusters.get(center)
  const found: Finding[] = server === undefined || server.state === 'present' ? [] : [serverRefusal(center, server)]
  const before = parsedManifests(valueOf(live)) ?? []
  const unfinished = pending === undefined ? undefined : parsedManifests(valueOf(pending))
  const objects = cluster === undefined ? undefined : await readLiveObjects(cluster, [...rendered, ...before], spec.namespace, deadline)
  found.push(...(objects?.findings ?? []))
  if (cluster !== undefined)
    found.push(
      ...(await clusterFindings(cluster, deadline, {
        center,
        namespace: spec.namespace,
        rendered,
        live: before,
        install: isInstall(release.history),
        ...(deployed === undefined ? {} : { from: deployed.appVersion }),
        to: about.value.appVersion || about.value.version,
      })),
    )
  return mapObservation(best, () => ({
    package: pulled,
    chart: `${about.value.name}-${about.value.version}`,
    rendered,
    live: before,
    found: objects?.objects ?? new Map(),
    ...(unfinished === undefined ? {} : { pending: unfinished }),
    findings: found,
  }))
}

/** Objects that do not exist yet cannot be dry-run by a server that lacks their kind: that refuses. Anything that the server says against the render does. */
function serverRefusal(center: CenterName, server: Exclude<Observation<string>, { state: 'present' }>): Finding {
  const why = 'why' in server ? server.why : server.state
  const missing = /no matches for kind "([^"]+)"/.exec(why)?.[1]
  if (missing !== undefined) return { reason: 'kind-missing', facts: { center, kind: missing, why }, where: { center }, effect: 'refuse' }
  return { reason: 'render-refused', facts: { center, why }, where: { center }, effect: 'refuse' }
}

interface Looked {
  readonly center: CenterName
  readonly namespace: string
  readonly rendered: readonly Manifest[]
  readonly live: readonly Manifest[]
  readonly install: boolean
  readonly from?: string
  readonly to: string
}

async function clusterFindings(cluster: Cluster, deadline: Deadline, looked: Looked): Promise<readonly Finding[]> {
  const { center, namespace, rendered, live, from, to } = looked
  const list = async (of: Kind, where: { readonly namespace?: string } = {}): Promise<readonly Manifest[] | undefined> => {
    const seen = await cluster.list(of, where, deadline)
    return seen.state === 'present' ? seen.value : seen.state === 'absent' ? [] : undefined
  }
  const [nodes, quotas, budgets, routes, bridges, definitions, lacking] = await Promise.all([
    list(NODES),
    list(QUOTAS, { namespace }),
    list(BUDGETS, { namespace }),
    list(ROUTES),
    list(BRIDGES),
    list(DEFINITIONS),
    lackingRights(cluster, looked, deadline),
  ])
  const specs = (definitions ?? []).map(({ spec, metadata }) => ({
    spec: spec as { group?: string; names?: { kind?: string } } | undefined,
    metadata,
  }))
  const served = specs.flatMap(({ spec }) =>
    spec?.group?.endsWith('higress.io') && spec.names?.kind !== undefined ? [spec.names.kind] : [],
  )
  const bundle = (definitions ?? [])
    .map(
      ({ metadata }) =>
        (metadata as { annotations?: Record<string, string> } | undefined)?.annotations?.['gateway.networking.k8s.io/bundle-version'],
    )
    .find((version) => version !== undefined)
  return [
    ...(lacking.length === 0
      ? []
      : [{ reason: 'rights-lacking', facts: { center, rights: lacking }, where: { center }, effect: 'refuse' } as const]),
    ...schedulingFindings({
      center,
      namespace,
      rendered,
      deployed: live,
      ...(nodes === undefined || nodes.length === 0 ? {} : { nodes }),
      ...(quotas === undefined ? {} : { quotas }),
      ...(budgets === undefined ? {} : { budgets }),
    }),
    ...upgradeFindings({
      center,
      namespace,
      ...(from === undefined ? {} : { from }),
      to,
      live: [...(routes ?? []), ...(bridges ?? [])],
      rendered,
      ...(bundle === undefined ? {} : { gatewayApi: bundle }),
      ...(definitions === undefined ? {} : { served }),
    }),
  ]
}

const PLURALS: Readonly<Record<string, Pick<Right, 'group' | 'resource'>>> = {
  ConfigMap: { group: '', resource: 'configmaps' },
  Secret: { group: '', resource: 'secrets' },
  Service: { group: '', resource: 'services' },
  ServiceAccount: { group: '', resource: 'serviceaccounts' },
  Deployment: { group: 'apps', resource: 'deployments' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  HTTPRoute: { group: 'gateway.networking.k8s.io', resource: 'httproutes' },
  Gateway: { group: 'gateway.networking.k8s.io', resource: 'gateways' },
}

/** Helm keeps its releases in Secrets and writes the objects of the chart: what of that is denied, in `kubectl auth can-i` words. A review that was not answered denies nothing. */
async function lackingRights(cluster: Cluster, { namespace, rendered }: Looked, deadline: Deadline): Promise<readonly string[]> {
  const kinds = new Set(['Secret', ...rendered.map(({ kind: name }) => String(name))])
  const wanted = [...kinds].flatMap((name) => {
    const of = PLURALS[name]
    return of === undefined ? [] : ['create', 'patch'].map((verb): Right => ({ verb, ...of, namespace }))
  })
  const asked = await Promise.all(wanted.map(async (right) => ({ right, seen: await cluster.allowed(right, deadline) })))
  return asked.flatMap(({ right: { verb, resource }, seen }) =>
    seen.state === 'present' && !seen.value ? [`${verb} ${resource} -n ${namespace}`] : [],
  )
}

/** Undefined: not read, or not YAML. */
export function parsedManifests(text: string | undefined): readonly Manifest[] | undefined {
  if (text === undefined) return undefined
  try {
    return manifestsOf(renderedDocuments(text).map(({ value }) => value))
  } catch {
    return undefined
  }
}

/** Is nothing deployed there yet? */
function isInstall(history: ReleaseSighting['history']): boolean {
  const { kind } = releaseState(history)
  return kind === 'never-installed' || kind === 'uninstalled'
}

export const preflightWords = {
  'kind-missing': {
    en: '{center}: the chart holds objects of kind {kind}, which this cluster does not serve: install its CRD first',
    zh: '{center}：Chart 包含 {kind} 对象，但集群未提供该类型：请先安装对应 CRD',
  },
  'render-refused': { en: '{center}: Helm would not deploy this: {why}', zh: '{center}：Helm 不会部署：{why}' },
  'rights-lacking': { en: '{center}: the identity of this context may not {rights}', zh: '{center}：该上下文的身份缺少权限：{rights}' },
} satisfies Words
