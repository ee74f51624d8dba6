import type { Owner } from '../domain/route.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { list, record, text } from './strange.ts'

/** Field managers that are controllers which write an object back, by the name that they use. */
const CONTROLLERS: Readonly<Record<string, Owner['kind']>> = {
  'argocd-controller': 'argo-cd',
  'argocd-application-controller': 'argo-cd',
  'kustomize-controller': 'flux',
  'helm-controller': 'flux',
  flagger: 'flagger',
  'rollouts-controller': 'rollouts',
  'argo-rollouts': 'rollouts',
  helm: 'helm',
}

/**
 * Who else may write this object back: by labels, annotations, owner references, and the field managers that own its rules (lists of rules are atomic, so whoever owns one owns all).
 * Each kind once, under the most telling name. Our own manager and status writers are nobody.
 */
export function ownersOf(object: KubeObject): readonly Owner[] {
  const metadata = record(object.metadata)
  const labels = record(metadata['labels'])
  const annotations = record(metadata['annotations'])
  const first = (bag: Readonly<Record<string, unknown>>, ...keys: readonly string[]) =>
    keys.map((key) => text(bag[key])).find((value) => value !== undefined)
  const found: Owner[] = []
  const add = (kind: Owner['kind'], name: string | undefined) => {
    if (name !== undefined && !found.some((owner) => owner.kind === kind && (kind !== 'manager' || owner.name === name)))
      found.push({ kind, name })
  }

  const tracking = first(annotations, 'argocd.argoproj.io/tracking-id')
  add(
    'argo-cd',
    first(labels, 'argocd.argoproj.io/instance') ?? first(annotations, 'argocd.argoproj.io/instance') ?? tracking?.split(':')[0],
  )
  for (const bag of [labels, annotations]) {
    for (const [toolkit, kind] of [
      ['kustomize', 'kustomization'],
      ['helm', 'helmrelease'],
    ]) {
      const name = first(bag, `${toolkit}.toolkit.fluxcd.io/name`)
      if (name !== undefined) add('flux', `${kind} ${name}`)
    }
    add(
      'rollouts',
      Object.keys(bag).find((key) => key.startsWith('rollouts.argoproj.io/')),
    )
  }
  const canary = list(metadata['ownerReferences'])
    .map(record)
    .find((owner) => owner['kind'] === 'Canary')
  const managedBy = text(labels['app.kubernetes.io/managed-by'])
  if (canary !== undefined || managedBy === 'flagger') add('flagger', text(canary?.['name']) ?? 'flagger')
  const release = first(annotations, 'meta.helm.sh/release-name')
  if (managedBy === 'Helm' || release !== undefined) add('helm', release ?? 'unknown release')

  for (const entry of list(metadata['managedFields']).map(record)) {
    const name = text(entry['manager'])
    const ownsRules = record(record(entry['fieldsV1'])['f:spec'])['f:rules'] !== undefined
    if (name === undefined || name === 'tricenter' || !ownsRules || text(entry['subresource'])) continue
    add(CONTROLLERS[name] ?? 'manager', name)
  }
  return found
}
