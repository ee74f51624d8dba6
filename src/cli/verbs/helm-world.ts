import { openHelm } from '../../adapters/helm/helm.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import { canonical } from '../../domain/canonical.ts'
import type { RouteOverlay } from '../../domain/deploy.ts'
import type { Topology } from '../../domain/topology.ts'
import { manifestsOf, type Manifest } from '../../deploy/manifests.ts'
import { overlaid } from '../../deploy/overlay.ts'
import { renderedDocuments, renderedText } from '../../documents/rendered.ts'
import type { Helm } from '../../ports/helm.ts'
import type { World } from '../../ports/world.ts'
import type { Context } from '../context.ts'

/** The user's own Helm for the releases of a topology. It is started when it is first asked. */
export function openTheHelm(
  context: Context,
  topology: Topology,
  program: string | undefined,
  clusters: World['clusters'],
  state: string,
): Helm {
  const { kubeconfig } = context.flags
  return openHelm({
    topology,
    env: context.env,
    state,
    clock: systemClock,
    weights: { lay, hold },
    clusters,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(program === undefined ? {} : { program }),
  })
}

/** The mark is not laid: Helm would own it, and take it away with the next render that has none. */
function unmarked(overlay: readonly RouteOverlay[]): readonly RouteOverlay[] {
  return overlay.map(({ route, rules }) => ({ route, rules }))
}

function laidOver(value: unknown, overlay: readonly RouteOverlay[], namespace: string): Manifest | undefined {
  const [manifest, ...more] = manifestsOf([value])
  const [laid] = manifest === undefined || more.length > 0 ? [] : overlaid([manifest], unmarked(overlay), namespace)
  return laid === undefined || laid === manifest || canonical(laid) === canonical(manifest) ? undefined : laid
}

/** The weights in force over a render; every document that they do not concern stays to the letter. A route that the render does not hold is an error. */
function lay(render: string, overlay: readonly RouteOverlay[], namespace: string): string {
  const documents = renderedDocuments(render)
  const names = new Set(manifestsOf(documents.map(({ value }) => value)).map((one) => nameOf(one, namespace)))
  const missing = overlay.find(({ route }) => !names.has(route))
  if (missing !== undefined) throw new Error(`the render does not hold the route ${missing.route}, which a switch has changed`)
  return renderedText(documents, (value) => laidOver(value, overlay, namespace) ?? value)
}

function hold(manifest: string, overlay: readonly RouteOverlay[], namespace: string): boolean {
  return renderedDocuments(manifest).every(({ value }) => laidOver(value, overlay, namespace) === undefined)
}

function nameOf({ kind, metadata }: Manifest, namespace: string): string {
  const { name, namespace: own } = (metadata ?? {}) as { readonly name?: string; readonly namespace?: string }
  return kind === 'HTTPRoute' ? `${own ?? namespace}/${name ?? ''}` : ''
}
