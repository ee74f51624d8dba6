import { canonical } from '../domain/canonical.ts'
import { text } from '../gateways/strange.ts'
import { byKey, type Manifest } from './manifests.ts'
import type { LiveObjects } from './live-changes.ts'

/** Groups of objects whose types are built into Helm: what is live is merged with as well. */
const BUILT_IN =
  /^(apps|batch|autoscaling|policy|extensions|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io)$/

interface Sides {
  /** What the deployed revision holds. */
  readonly deployed: readonly Manifest[]
  readonly rendered: readonly Manifest[]
  readonly found: LiveObjects
  readonly namespace: string
}

/**
 * What an upgrade leaves in the cluster where Helm itself merges (3, and 4 on releases that 3 has installed). Built-in objects become what is rendered. Of any
 * other kind only what the render changes against the deployed revision is sent, as a JSON merge patch (RFC 7386): what somebody else has changed there stays, a list
 * that the chart changes is sent whole. With `serverSide` the server lays the render over everything.
 */
export function asMerged({ deployed, rendered, found, namespace }: Sides, serverSide: boolean): readonly Manifest[] {
  if (serverSide) return rendered
  const before = byKey(deployed, namespace)
  return [...byKey(rendered, namespace)].map(([object, next]) => {
    const [old, live] = [before.get(object), found.get(object)]
    return isBuiltIn(next) || old === undefined || live === undefined ? next : patched(old, next, live)
  })
}

function isBuiltIn({ apiVersion }: Manifest): boolean {
  const version = text(apiVersion) ?? ''
  return !version.includes('/') || BUILT_IN.test(version.split('/')[0] ?? '')
}

/** `live` after the merge patch that makes `next` of `old`. */
function patched(old: Manifest, next: Manifest, live: Manifest): Manifest {
  const result: Record<string, unknown> = { ...live }
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const [was, becomes, is] = [old[key], next[key], live[key]]
    if (canonical(was ?? null) === canonical(becomes ?? null)) continue
    if (becomes === undefined) delete result[key]
    else result[key] = isMap(was) && isMap(becomes) ? patched(was, becomes, isMap(is) ? is : {}) : becomes
  }
  return result
}

const isMap = (value: unknown): value is Manifest => typeof value === 'object' && value !== null && !Array.isArray(value)
