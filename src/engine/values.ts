import type { Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { manifestsOf } from '../deploy/manifests.ts'
import type { Render } from '../deploy/rendering.ts'
import { mergeValues, type Values } from '../deploy/values.ts'
import { probeValues, sameEffect, valuesFindings, type Examined } from '../deploy/values-effect.ts'
import { renderedDocuments } from '../documents/rendered.ts'
import type { Helm, HelmInput } from '../ports/helm.ts'
import type { Run } from './run.ts'

/** How long (ms) may be rendered to find values without effect, in all centers together: beyond it keys are not examined. */
const PATIENCE = 25_000

/** Renders at most, for one center. */
const RENDERS = 250

/** Which of the values have no effect, by center. Centers with the same keys are examined once and then only compared. It never refuses: Helm would deploy it. */
export async function examineValues(run: Run, centers: readonly CenterName[]): Promise<ReadonlyMap<CenterName, readonly Finding[]>> {
  const { deploy } = run.topology
  const { helm, clock } = run.deps.world
  const found = new Map<CenterName, readonly Finding[]>()
  if (deploy === undefined || helm === undefined) return found
  const until = clock.monotonic() + PATIENCE
  const examined: { readonly given: Values; readonly effect: Examined }[] = []
  for (const center of centers) {
    const release = deploy.releases[center]
    if (release === undefined) continue
    const input: HelmInput = { center, release, chart: deploy.chart, values: [...deploy.values, ...release.values] }
    const read = await helm.values(input, { at: until })
    if (read.state !== 'present') {
      found.set(center, [unread(center, 'why' in read ? read.why : read.state)])
      continue
    }
    const given = givenOf(read.value.files)
    if (given === undefined) {
      found.set(center, [unread(center, 'a values file is not a map of YAML')])
      continue
    }
    const probe = {
      given,
      // Parts that are off have keys too, which may be the ones that were meant.
      defaults: mergeValues([read.value.withParts, read.value.defaults].filter(isMap)),
      render: renderBy(helm, input, until, () => clock.monotonic()),
      namespace: release.namespace,
      limit: RENDERS,
    }
    const effect = (await likeAnother(probe, examined)) ?? (await probeValues(probe))
    // A chart that does not render is the preflight's own finding.
    if (effect.kind === 'failed') continue
    examined.push({ given, effect })
    found.set(center, valuesFindings(center, given, effect))
  }
  return found
}

async function likeAnother(
  probe: Parameters<typeof sameEffect>[0],
  examined: readonly { readonly given: Values; readonly effect: Examined }[],
): Promise<Examined | undefined> {
  for (const sister of examined) {
    const same = await sameEffect(probe, sister)
    if (same !== undefined) return same
  }
  return undefined
}

/** Undefined: some file is no map. An empty file gives nothing. */
function givenOf(files: readonly string[]): Values | undefined {
  try {
    const maps = files.map((text) => renderedDocuments(text)[0]?.value ?? renderedDocuments(text)[1]?.value ?? {})
    return maps.every(isMap) ? mergeValues(maps) : undefined
  } catch {
    return undefined
  }
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

function renderBy(helm: Helm, input: HelmInput, until: number, now: () => number): Render {
  return async (values) => {
    if (now() >= until) return { kind: 'late' }
    const answer = await helm.render(input, 'client', { at: until }, values)
    if (answer.state === 'unreachable') return { kind: 'late' }
    if (answer.state !== 'present') return { kind: 'failed', message: 'why' in answer ? answer.why : answer.state }
    try {
      return { kind: 'rendered', documents: manifestsOf(renderedDocuments(answer.value).map(({ value }) => value)) }
    } catch (error) {
      return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
}

function unread(center: CenterName, why: string): Finding {
  return { reason: 'values-unread', facts: { center, why }, where: { center }, effect: 'warn' }
}

export const engineValuesWords = {
  'values-unread': {
    en: '{center}: not examined whether the values have an effect: {why}',
    zh: '{center}：未能检验各值是否起作用：{why}',
  },
} satisfies Words
