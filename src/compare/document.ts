import {
  identityPath,
  pathLabel,
  type AnyObject,
  type Column,
  type ColumnName,
  type Comparison,
  type LeafCell,
  type LeafDiff,
  type ObjectDiff,
  type PathPart,
  type Verdict,
} from '../domain/compare.ts'
import type { DiffCell, DiffDocument, DiffLeaf, DiffObject } from '../domain/diff-document.ts'
import { redactText } from '../domain/redact.ts'
import { record } from '../gateways/strange.ts'
import { hide, hideLabel, isSecretKey } from './secrets.ts'
import { worst } from './verdict.ts'

export interface DocumentOptions {
  readonly topology: string
  /** Milliseconds. */
  readonly took: number
  /** One short text for one secret, of the same length whatever the secret is, and another one in every run. */
  readonly fingerprint: (secret: string) => string
}

/** The comparison as it may leave the process: whatever could be a secret is a fingerprint, in values, in labels and in messages. */
export function diffDocument(comparison: Comparison, { topology, took, fingerprint }: DocumentOptions): DiffDocument {
  const verdicts = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
  for (const count of comparison.counts) for (const verdict of Object.keys(verdicts) as Verdict[]) verdicts[verdict] += count[verdict]
  const cover = coverBy((secret) => `#${fingerprint(secret)}`)
  return {
    apiVersion: 'tricenter.io/v1',
    kind: 'Diff',
    topology,
    took: Math.round(took),
    columns: comparison.columns,
    verdict: worst([...comparison.objects.map(({ verdict }) => verdict), ...(comparison.unread.length > 0 ? (['unknown'] as const) : [])]),
    totals: verdicts,
    counts: comparison.counts,
    objects: comparison.objects.map((object) => publicObject(object, comparison.columns, cover)),
    unread: comparison.unread.map((one) => ({ ...one, why: redactText(one.why) })),
    warnings: comparison.warnings,
  }
}

interface Cover {
  readonly seal: (secret: string) => string
  readonly label: (label: string) => string
}

/** Labels of many leaves are the same few texts: each is looked at once. */
function coverBy(seal: Cover['seal']): Cover {
  const labels = new Map<string, string>()
  const label = (text: string): string => {
    const known = labels.get(text) ?? hideLabel(text, seal)
    labels.set(text, known)
    return known
  }
  return { seal, label }
}

function publicObject(object: ObjectDiff, columns: readonly Column[], cover: Cover): DiffObject {
  const { identity, verdict, cells, leaves } = object
  const taking = columns.filter(({ name }) => cells[name] !== undefined)
  return {
    group: identity.group,
    kind: identity.kind,
    namespace: identity.namespace ?? null,
    name: identity.name,
    verdict,
    odd: taking.map(({ name }) => name).filter((name) => leaves.some(({ odd, verdict }) => odd.includes(name) && verdict !== 'equal')),
    presence: Object.fromEntries(taking.map(({ name }) => [name, cells[name]?.state ?? 'unknown'])),
    leaves: leaves.map((leaf) => publicLeaf(leaf, object, cover)),
  }
}

function publicLeaf(leaf: LeafDiff, object: ObjectDiff, cover: Cover): DiffLeaf {
  const path = leaf.path.map((part, i) => publicPart(part, leaf.path.slice(0, i), cover))
  return {
    path: pathLabel(path),
    identity: identityPath(path),
    pointers: leaf.pointers,
    kind: leaf.kind,
    verdict: leaf.verdict,
    odd: leaf.odd,
    sameEffect: leaf.sameEffect === true,
    cells: Object.fromEntries(Object.entries(leaf.cells).map(([column, cell]) => [column, publicCell(cell, column, leaf, object, cover)])),
    intents: leaf.intents,
    changedBy: Object.fromEntries(
      Object.entries(leaf.changedBy).map(([column, one]) => [column, { ...one, manager: redactText(one.manager) }]),
    ),
  }
}

function publicPart(part: PathPart, above: readonly PathPart[], cover: Cover): PathPart {
  if ('key' in part) return { key: cover.label(part.key) }
  const secret = above.some((one) => 'key' in one && isSecretKey(one.key) && !/^(?:imagePullSecrets|secrets)$/.test(one.key))
  const clean = (label: string): string => (secret && !/^\d+$/.test(label) ? cover.seal(label) : cover.label(label))
  return { item: clean(part.item), label: clean(part.label) }
}

function publicCell(cell: LeafCell, column: ColumnName, leaf: LeafDiff, object: ObjectDiff, cover: Cover): DiffCell {
  if (cell.state !== 'value') return 'why' in cell && cell.why !== undefined ? { ...cell, why: redactText(cell.why) } : cell
  if (leaf.kind === 'object') return cell
  if (leaf.kind === 'order') return { state: 'value', value: (cell.value as readonly string[]).map(cover.label) }
  const keys = leaf.path.flatMap((part) => ('key' in part ? [part.key] : []))
  let fingerprint: string | undefined
  const value = hide(cell.value, { kind: object.identity.kind, keys, secret: inSecretPair(leaf, column, object) }, (secret) => {
    fingerprint = cover.seal(secret)
    return fingerprint
  })
  return { state: 'value', value, ...(fingerprint !== undefined && typeof cell.value !== 'object' ? { fingerprint } : {}) }
}

/** A value whose neighbour `name`, in the object or in its identity, is that of a secret. */
function inSecretPair({ path, pointers }: LeafDiff, column: ColumnName, { cells }: ObjectDiff): boolean {
  const last = path.at(-1)
  if (last === undefined || !('key' in last) || !['value', 'values', 'default'].includes(last.key)) return false
  const named = path.at(-2)
  if (named !== undefined && 'item' in named && isSecretKey(named.item)) return true
  const cell = cells[column]
  const parent = cell !== undefined && 'object' in cell ? around(cell.object, pointers[column] ?? '') : {}
  return [parent['name'], parent['key'], parent['header']].some((name) => typeof name === 'string' && isSecretKey(name))
}

function around(object: AnyObject, pointer: string): AnyObject {
  const parts = pointer
    .split('/')
    .slice(1, -1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return record(
    parts.reduce<unknown>((inner, key) => (Array.isArray(inner) ? (inner[Number(key)] as unknown) : record(inner)[key]), object),
  )
}
