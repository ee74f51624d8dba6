import { backendKey, memberOf, type BackendReference } from '../domain/backend-id.ts'
import { canonical } from '../domain/canonical.ts'
import type { RouteOverlay } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import { MARK_ANNOTATION, type Mark } from '../domain/mark.ts'
import { routeName, type Route, type Rule } from '../domain/route.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { ruleKeys } from '../gateways/rule-key.ts'
import { list, record, text, whole } from '../gateways/strange.ts'
import { httpRoutesIn, type Manifest } from './manifests.ts'

export interface OverlayRequest {
  readonly center: CenterName
  /** The release's: where a rendered route names none. */
  readonly namespace: string
  /** What is going to be applied: an upgrade's render, or the stored manifest that a rollback goes to. */
  readonly manifests: readonly Manifest[]
  /** What the deployed revision holds: a route that is in there and no longer rendered is deleted by Helm. Absent: nothing is deployed. */
  readonly deployed?: readonly Manifest[]
  /** This center's routes as they are now. */
  readonly live: readonly Route[]
  /** Centers that must not get traffic, by the marks of every cluster. */
  readonly situation: readonly CenterName[]
  readonly topology: Topology
}

/** A route of which the live weights stay, and what the plan says about each. */
export interface OverlayPlan {
  readonly overlay: readonly RouteOverlay[]
  /** `live-weights*`, all of effect `refuse`: what cannot be laid over the render. */
  readonly findings: readonly Finding[]
}

/**
 * Which live weights lie over a render while a switch, a paced return or a rebalance is in force. A rule is known by its matches, never by its place. Where
 * the chart gives the route other rules, or a rule other backends than it had at normal, nobody can say what the live weights would mean there: refused.
 */
export function planOverlay(request: OverlayRequest): OverlayPlan {
  const { manifests, live, namespace } = request
  const rendered = new Map(httpRoutesIn(manifests).map((manifest) => [nameOf(manifest, namespace), manifest]))
  const overlay: RouteOverlay[] = []
  const findings: Finding[] = []
  const say = (reason: string, route: string, facts: Finding['facts'] = {}): void => {
    findings.push({ reason, effect: 'refuse', facts: { route, ...facts }, where: { center: request.center, route } })
  }
  for (const route of live.filter(isInForce)) {
    const name = routeName(route)
    const manifest = rendered.get(name)
    if (manifest === undefined) {
      if (httpRoutesIn(request.deployed ?? []).some((one) => nameOf(one, namespace) === name)) say('live-weights-route-removed', name)
      continue
    }
    const misfit = misfitOf(manifest, route)
    if (misfit === undefined) overlay.push(overlayOf(manifest, route))
    else say(misfit.reason, name, { rule: misfit.rule })
  }
  const known = new Set(live.map(routeName))
  for (const [name, manifest] of rendered) {
    const to = known.has(name) ? [] : sendsTo(manifest, request)
    if (to.length > 0) say('live-weights-new-route', name, { centers: to })
  }
  return { overlay, findings }
}

/** Are this route's live weights not those of a normal day? A mark that says "all is normal again" lies there only until every cluster has it. */
export function isInForce(route: Route): boolean {
  return route.mark.state === 'marked' && marksForce(route.mark.mark)
}
function marksForce({ situation, progress, goal, until }: Mark): boolean {
  return situation.length > 0 || progress !== undefined || goal !== undefined || until !== undefined
}

interface RenderedRule {
  readonly index: number
  readonly key: string
  readonly ids: readonly string[]
}

function rulesOf(manifest: Manifest, namespace: string): readonly RenderedRule[] {
  const rules = list(record(manifest['spec'])['rules']).map(record)
  const keys = ruleKeys(rules.map((rule) => ({ matches: rule['matches'] })))
  return rules.map((rule, index) => ({
    index,
    key: keys[index] ?? '',
    ids: list(rule['backendRefs']).map((ref) => backendKey(referenceOf(ref), namespace)),
  }))
}

/** Why the live weights of this route have no meaning in the render; undefined: they have. */
function misfitOf(manifest: Manifest, route: Route): { readonly reason: string; readonly rule: string } | undefined {
  const rendered = rulesOf(manifest, route.namespace)
  const added = rendered.find(({ key }) => !route.rules.some((rule) => rule.key === key))
  if (added) return { reason: 'live-weights-rule-added', rule: added.key }
  for (const rule of route.rules) {
    const found = rendered.find(({ key }) => key === rule.key)
    if (found === undefined) return { reason: 'live-weights-rule-removed', rule: rule.key }
    if (isManaged(rule) && canonical(found.ids.toSorted()) !== canonical(normalIds(rule, route).toSorted()))
      return { reason: 'live-weights-backends', rule: rule.key }
  }
  return undefined
}

const isManaged = (rule: Rule): boolean => rule.backends.some(({ member }) => member !== undefined)

/** The rule's backends at normal: without those that the switch added. */
function normalIds(rule: Rule, route: Route): readonly string[] {
  const normal = route.mark.state === 'marked' ? (route.mark.mark.normal[rule.key] ?? {}) : {}
  return rule.backends.map(({ id }) => id).filter((id) => normal[id] !== null)
}

function overlayOf(manifest: Manifest, route: Route): RouteOverlay {
  const rules = rulesOf(manifest, route.namespace).flatMap(({ index, key }) => {
    const rule = route.rules.find((one) => one.key === key)
    return rule !== undefined && isManaged(rule) ? [{ index, backendRefs: list(rule.rawBackendRefs) }] : []
  })
  return { route: routeName(route), rules, ...(route.rawMark === undefined ? {} : { mark: route.rawMark }) }
}

/** Centers of the situation that a route which nobody has switched would send traffic to. */
function sendsTo(manifest: Manifest, { namespace, situation, topology }: OverlayRequest): readonly CenterName[] {
  const at = text(record(manifest['metadata'])['namespace']) ?? namespace
  const centers = list(record(manifest['spec'])['rules']).flatMap((rule) =>
    list(record(rule)['backendRefs']).flatMap((ref) => {
      const center = memberOf(topology, referenceOf(ref), at)?.center
      return center !== undefined && (whole(record(ref)['weight']) ?? 1) > 0 && situation.includes(center) ? [center] : []
    }),
  )
  return situation.filter((center) => centers.includes(center))
}

function referenceOf(ref: unknown): BackendReference {
  const { name, port, ...rest } = record(ref)
  const [group, kind, namespace] = [text(rest['group']), text(rest['kind']), text(rest['namespace'])]
  return {
    name: text(name) ?? '',
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(whole(port) === undefined ? {} : { port: whole(port) as number }),
  }
}

function nameOf(manifest: Manifest, namespace: string): string {
  const metadata = record(manifest['metadata'])
  return routeName({ namespace: text(metadata['namespace']) ?? namespace, name: text(metadata['name']) ?? '' })
}

/** The render with the live weights over it, and the mark as it stands. Laid twice it is the same; what the overlay does not name stays as it is. */
export function overlaid(manifests: readonly Manifest[], overlay: readonly RouteOverlay[], namespace: string): readonly Manifest[] {
  if (overlay.length === 0) return manifests
  const routes = new Set(httpRoutesIn(manifests))
  return manifests.map((manifest) => {
    const live = routes.has(manifest) ? overlay.find(({ route }) => route === nameOf(manifest, namespace)) : undefined
    if (live === undefined) return manifest
    const spec = record(manifest['spec'])
    const rules = list(spec['rules']).map((rule, index) => {
      const refs = live.rules.find((one) => one.index === index)?.backendRefs
      return refs === undefined ? rule : { ...record(rule), backendRefs: refs }
    })
    const metadata = record(manifest['metadata'])
    const annotations = live.mark === undefined ? {} : { annotations: { ...record(metadata['annotations']), [MARK_ANNOTATION]: live.mark } }
    return { ...manifest, metadata: { ...metadata, ...annotations }, spec: { ...spec, rules } }
  })
}

export const overlayWords = {
  'live-weights-route-removed': {
    en: 'the chart no longer holds {route}, which a switch has changed: Helm would delete it. End the switch first',
    zh: 'Chart 不再包含正被切换的路由 {route}：Helm 会将其删除。请先结束切换',
  },
  'live-weights-rule-added': {
    en: 'the chart gives {route} the rule {rule}, which is not live: a switch is in force, and nobody has switched that rule. End the switch first',
    zh: 'Chart 为 {route} 增加了规则 {rule}，而线上没有：切换正在生效，该规则未被切换。请先结束切换',
  },
  'live-weights-rule-removed': {
    en: 'the chart no longer gives {route} the rule {rule}, which a switch has changed. End the switch first',
    zh: 'Chart 删除了 {route} 中已被切换的规则 {rule}。请先结束切换',
  },
  'live-weights-backends': {
    en: 'the chart names other backends in {route} rule {rule} than it had before the switch: the live weights cannot be kept. End the switch first',
    zh: 'Chart 在 {route} 规则 {rule} 中的后端与切换前不同：无法保留线上权重。请先结束切换',
  },
  'live-weights-new-route': {
    en: 'the chart brings the new route {route}, which sends traffic to {centers}: out by the switch in force. End the switch first',
    zh: 'Chart 带来的新路由 {route} 会把流量送往 {centers}，而其已被切换下线。请先结束切换',
  },
} satisfies Words
