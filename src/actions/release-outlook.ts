import type { ObjectChange, RouteOverlay } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import { asMerged } from '../deploy/as-merged.ts'
import { liveChanges } from '../deploy/live-changes.ts'
import { isShared, withoutScale } from '../deploy/drift.ts'
import { byKey, changes, isHook, manifestKey } from '../deploy/manifests.ts'
import { overlaid } from '../deploy/overlay.ts'
import type { Situation } from './action.ts'
import { overlayFor, type Seen } from './releases.ts'

/** What an upgrade of one release would come to, against the live objects. */
export interface Outlook {
  readonly overlay: readonly RouteOverlay[]
  /** Weights in force that cannot be laid over the render. */
  readonly findings: readonly Finding[]
  /** The deployed revision holds what is rendered: only the live objects may differ. */
  readonly asDeployed: boolean
  /** What it changes. */
  readonly becomes: readonly ObjectChange[]
  /** What of it no chart and no switch has brought: replicas that an autoscaler of the chart sets and weights of routes are left out. */
  readonly drift: readonly ObjectChange[]
  /** What stays unlike the render, because Helm does not send it. */
  readonly stays: readonly ObjectChange[]
  /** Rendered objects of which nothing is known. */
  readonly unread: readonly string[]
  /** Somebody else has written fields of a live object, or a switch of ours has, or is going to. */
  readonly shared: boolean
}

export function outlookOf(situation: Situation, seen: Seen): Outlook | undefined {
  const { release, center } = seen
  const { preflight, serverSide = false } = release
  const { deploy } = situation.topology
  const spec = deploy?.releases[center]
  if (preflight === undefined || spec === undefined) return undefined
  const { namespace } = spec
  const { live: deployed, found } = preflight
  const { overlay, findings } = overlayFor(situation, seen, preflight.rendered)
  const rendered = overlaid(
    preflight.rendered.filter((one) => !isHook(one)),
    overlay,
    namespace,
  )
  const merged = asMerged({ deployed, rendered, found, namespace }, serverSide)
  const becomes = liveChanges({ deployed, rendered: merged, found, namespace })
  const after = new Map([...byKey(merged, namespace)].filter(([, one]) => !rendered.includes(one)))
  const partly = rendered.filter((one) => after.has(manifestKey(one, namespace)))
  return {
    overlay,
    findings,
    asDeployed: changes(deployed, rendered, namespace).length === 0,
    becomes,
    drift: withoutScale(becomes, rendered, namespace),
    stays: withoutScale(liveChanges({ deployed: partly, rendered: partly, found: after, namespace }), rendered, namespace),
    unread: [...byKey(rendered, namespace).keys()].filter((object) => !found.has(object)),
    shared: overlay.length > 0 || deploy?.drain === true || isShared(becomes, found),
  }
}
