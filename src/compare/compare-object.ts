import {
  blindGaps,
  pathLabel,
  type AnyObject,
  type Column,
  type ColumnName,
  type Compare,
  type ComparedKind,
  type DeclaredIntent,
  type FieldManager,
  type IntentInForce,
  type LeafCell,
  type LeafDiff,
  type ObjectCell,
  type ObjectDiff,
  type ObjectIdentity,
  type PathPart,
} from '../domain/compare.ts'
import { list, record, text } from '../gateways/strange.ts'
import { withDefaults } from './defaults.ts'
import { inForce, intentsFor, keeps } from './intents.ts'
import { managerOf } from './managers.ts'
import { sameButNoise, withoutNoise } from './noise.ts'
import { asIdentity, renamedTexts } from './rename.ts'
import { runIntents } from './run-intents.ts'
import type { SchemaNode } from './schema.ts'
import { treeOf, type ParseEmbedded, type Tree } from './tree.ts'
import { judge, worst, type Voice } from './verdict.ts'
import { versionLeaf } from './version-check.ts'
import { differences, fits, meaningOfTree, patternParts, placesAt, type Place } from './walk.ts'
import { weightMeanings } from './weights.ts'

/** One object as every column has it. */
export interface ObjectInput {
  readonly identity: ObjectIdentity
  readonly kind: ComparedKind
  readonly columns: readonly Column[]
  readonly cells: Readonly<Record<ColumnName, ObjectCell>>
}

export interface ObjectOptions {
  /** The schema of a column's cluster; of the desired side and of snapshots that of a cluster that serves the kind. */
  readonly schemaOf: (column: Column) => SchemaNode | undefined
  readonly intents: readonly DeclaredIntent[]
  readonly aliases: Compare['aliases']
  readonly embedded?: ParseEmbedded
  /** ms since the epoch, for intents that expire. */
  readonly now: number
  /** Told of every intent that excused a difference or was found wrong. */
  readonly used?: (intent: DeclaredIntent, state: 'held' | 'expired' | 'wrong') => void
}

/** What differs of one object; undefined: nothing does, in no column. */
export function compareObject(input: ObjectInput, options: ObjectOptions): ObjectDiff | undefined {
  const { identity, columns, cells } = input
  const intents = intentsFor(identity, options.intents)
  const here = columns.filter(({ name }) => cells[name]?.state === 'present' || cells[name]?.state === 'terminating')
  const objects = here.map(({ name }) => objectOf(cells[name]))
  const [first, ...rest] = objects
  const whole = here.length === columns.length && here.every(({ name }) => cells[name]?.state === 'present')
  const byVersion = input.kind.check.by === 'version'
  if (whole && intents.length === 0 && !byVersion && first !== undefined && rest.every((other) => sameButNoise(first, other)))
    return undefined
  const leaves = [
    ...(whole ? [] : [presenceLeaf(input, intents, options)]),
    ...(byVersion ? versionLeaf(here, objects, input.kind) : contentLeaves(input, here, objects, intents, options)),
  ].filter(({ verdict, sameEffect }) => verdict !== 'equal' || sameEffect === true)
  if (leaves.length === 0) return undefined
  return { identity, verdict: worst(leaves.map(({ verdict }) => verdict)), cells, leaves }
}

function objectOf(cell: ObjectCell | undefined): AnyObject {
  return cell !== undefined && 'object' in cell ? cell.object : {}
}

/** Is it there, in every column? */
function presenceLeaf({ columns, cells, kind }: ObjectInput, intents: readonly DeclaredIntent[], options: ObjectOptions): LeafDiff {
  const meant = intents.filter(({ path }) => path === undefined)
  const told: Record<ColumnName, IntentInForce> = {}
  const voices = columns.map(({ name, source, role, center }): Voice => {
    const state = cells[name]?.state ?? 'unknown'
    const blind = state !== 'present' && blindGaps.has(state)
    const intent = center === undefined || source === 'desired' ? undefined : meant.find(({ centers }) => centers.includes(center))
    const kept = intent?.absent === true ? state === 'absent' || state === 'kind-missing' : state === 'present'
    if (intent !== undefined && !blind) {
      told[name] = inForce(intent, kept, options.now)
      options.used?.(intent, stateOf(told[name]))
    }
    return {
      name,
      source,
      role,
      meaning: state === 'absent' || state === 'kind-missing' ? undefined : state,
      blind,
      excused: intent !== undefined && !blind && kept,
      // On its way out it is neither there nor gone: never equal, even where all of them are.
      wrong: state === 'terminating' || (intent !== undefined && !blind && !kept),
    }
  })
  return {
    path: [],
    kind: 'object',
    ...judge(voices, kind.kind),
    cells: Object.fromEntries(columns.map(({ name }) => [name, gapCell(cells[name])])),
    pointers: Object.fromEntries(columns.map(({ name }) => [name, ''])),
    intents: told,
    changedBy: {},
  }
}

function gapCell(cell: ObjectCell | undefined): LeafCell {
  if (cell === undefined) return { state: 'unknown' }
  if (cell.state === 'present') return { state: 'value', value: true }
  return { state: cell.state, ...('why' in cell && cell.why !== undefined ? { why: cell.why } : {}) }
}

const stateOf = (intent: IntentInForce | undefined): 'held' | 'expired' | 'wrong' => (intent?.by === 'topology' ? intent.state : 'held')

/** What stands in it, in the columns that have it. */
function contentLeaves(
  input: ObjectInput,
  here: readonly Column[],
  objects: readonly AnyObject[],
  intents: readonly DeclaredIntent[],
  options: ObjectOptions,
): readonly LeafDiff[] {
  const { identity, kind } = input
  const clean = objects.map((object, i) => {
    const own = text(record(object['metadata'])['name']) ?? ''
    return asIdentity(withoutNoise(object), renamedTexts(kind, own, identity.name, here[i]?.center, options.aliases))
  })
  const rulesByName = clean.every((object) => {
    const names = list(record(object['spec'])['rules']).map((rule) => text(record(rule)['name']))
    return !names.includes(undefined) && new Set(names).size === names.length
  })
  const trees = clean.map((object, i) => {
    const column = here[i]
    const schema = column === undefined ? undefined : options.schemaOf(column)
    return treeOf(withDefaults(contentOf(object), schema), {
      schema,
      namespace: identity.namespace ?? '',
      rulesByName,
      ...(options.embedded !== undefined && identity.kind === 'ConfigMap' ? { embedded: options.embedded } : {}),
    })
  })
  const places = differences(trees, weightMeanings(trees)).filter(({ path }) => !ignored(kind, path))
  const runs = runIntents(here, objects)
  const declared = intents.flatMap((intent) => (intent.path === undefined ? [] : [{ intent, parts: patternParts(intent.path) }]))
  const all = [...places, ...meantPlaces(trees, here, declared, places)]
  return all.map((place) => leafOf(place))

  function leafOf(place: Place): LeafDiff {
    const { path, kind: sort, meanings, values, pointers, dropped, sameEffect } = place
    const told: Record<ColumnName, IntentInForce> = {}
    const run = sameEffect ? [] : runs.at(place)
    const voices = here.map(({ name, source, role, center }, i): Voice => {
      const intent =
        center === undefined || source === 'desired' || sort === 'order'
          ? undefined
          : declared.find(
              ({ intent: one, parts }) =>
                one.centers.includes(center) && parts.length === path.length && path.every((part, at) => fits(part, parts[at] ?? '')),
            )?.intent
      const kept = intent === undefined ? run[i]?.kept : keeps(intent, place.trees[i], keysOf(path))
      if (intent !== undefined) {
        told[name] = inForce(intent, kept === true, options.now)
        options.used?.(intent, stateOf(told[name]))
      } else if (run[i] !== undefined) told[name] = run[i].intent
      return { name, source, role, meaning: meanings[i], blind: false, excused: kept === true, wrong: kept === false }
    })
    const verdict = sameEffect ? ({ verdict: 'equal', odd: [] } as const) : judge(voices, pathLabel(path))
    const changedBy: Record<ColumnName, FieldManager> = {}
    here.forEach(({ name, source }, i) => {
      const manager = source === 'desired' ? undefined : managerOf(objects[i] ?? {}, pointers[i] ?? '')
      if (manager !== undefined) changedBy[name] = manager
    })
    return {
      path,
      kind: sort,
      ...verdict,
      cells: Object.fromEntries(
        input.columns.map(({ name }): [ColumnName, LeafCell] => {
          const i = here.findIndex((column) => column.name === name)
          if (i < 0) return [name, gapCell(input.cells[name])]
          if (sort === 'value' && place.trees[i] === undefined)
            return [name, { state: 'unset', ...(dropped[i] === true ? { dropped: true } : {}) }]
          return [name, { state: 'value', value: values[i] }]
        }),
      ),
      pointers: Object.fromEntries(here.map(({ name }, i) => [name, pointers[i] ?? ''])),
      ...(sameEffect ? { sameEffect: true } : {}),
      intents: told,
      changedBy,
    }
  }
}

/** Identity is compared elsewhere, and versions of one group are views of one object. */
function contentOf(object: AnyObject): AnyObject {
  const { apiVersion: _version, kind: _kind, metadata, ...content } = object
  const { name: _name, namespace: _namespace, ...rest } = record(metadata)
  return Object.keys(rest).length === 0 ? content : { metadata: rest, ...content }
}

function ignored({ ignore }: ComparedKind, path: readonly PathPart[]): boolean {
  return ignore.some((pattern) => {
    const parts = patternParts(pattern)
    return (
      parts.length <= path.length &&
      parts.every((part, i) => {
        const at = path[i]
        return at !== undefined && fits(at, part)
      })
    )
  })
}

/** Places of which an intent speaks and in which nothing differs: a wrong value that is wrong everywhere is still wrong. */
function meantPlaces(
  trees: readonly Tree[],
  here: readonly Column[],
  declared: readonly { readonly intent: DeclaredIntent; readonly parts: readonly string[] }[],
  places: readonly Place[],
): readonly Place[] {
  const known = new Set(places.map(({ path }) => pathLabel(path)))
  return declared.flatMap(({ intent, parts }): readonly Place[] => {
    const found = new Map<string, readonly PathPart[]>()
    for (const tree of trees) for (const { path } of placesAt(tree, parts)) found.set(pathLabel(path), path)
    if (found.size === 0 && intent.absent !== true && !parts.includes('*'))
      found.set(
        parts.join('.'),
        parts.map((key) => ({ key })),
      )
    return [...found].flatMap(([label, path]) => {
      if (known.has(label)) return []
      const at = trees.map(
        (tree) =>
          placesAt(
            tree,
            path.map((part) => ('item' in part ? part.item : part.key)),
          )[0]?.tree,
      )
      const broken = here.some(
        ({ center, source }, i) =>
          source !== 'desired' && center !== undefined && intent.centers.includes(center) && !keeps(intent, at[i], keysOf(path)),
      )
      if (!broken) return []
      known.add(label)
      return [
        {
          path,
          kind: 'value' as const,
          trees: at,
          meanings: at.map((tree) => (tree === undefined ? undefined : meaningOfTree(tree))),
          values: at.map((tree) => tree?.value),
          pointers: at.map((tree) => tree?.pointer ?? ''),
          dropped: at.map(() => false),
          sameEffect: false,
        },
      ]
    })
  })
}

const keysOf = (path: readonly PathPart[]): readonly string[] => path.flatMap((part) => ('key' in part ? [part.key] : []))
