import { dirname, resolve } from 'node:path'
import { systemClock } from '../../adapters/system-clock.ts'
import { compare, type ColumnObjects, type KindInput } from '../../compare/compare.ts'
import { intentsFor } from '../../compare/intents.ts'
import { diffDocument } from '../../compare/document.ts'
import { schemaOfKind } from '../../compare/schema.ts'
import { sealedObject, type Snapshot } from '../../compare/snapshot.ts'
import { embeddedDocument } from '../../documents/embedded.ts'
import {
  groupOf,
  isOfKind,
  type AnyObject,
  type Column,
  type ComparedKind,
  type CompareWarning,
  type ObjectIdentity,
} from '../../domain/compare.ts'
import type { DiffDocument } from '../../domain/diff-document.ts'
import { fault } from '../../domain/fault.ts'
import { knownKind } from '../../domain/known-kinds.ts'
import type { CenterName, Topology } from '../../domain/topology.ts'
import { comparedKinds, liveColumns, outByMarks, readCenters, type ReadRequest } from '../../engine/diff.ts'
import { count } from '../../report/figures.ts'
import { diffHtml } from '../../report/diff-html.ts'
import { diffGithub, diffJUnit, diffUnified } from '../../report/diff-machine.ts'
import { diffMarkdown } from '../../report/diff-markdown.ts'
import { safeJson, withoutHostile } from '../../ui/diff-json.ts'
import { diffNames, diffScreen, diffStat } from '../../ui/diff-screen.ts'
import { safeText } from '../../ui/safe-text.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'
import { findTopology } from '../topology-file.ts'
import { printDocument, printLines } from './console.ts'
import {
  readManifests,
  readSnapshot,
  refuseSharedNames,
  runFingerprint,
  schemaFiles,
  sealerOf,
  snapshotOf,
  writeSnapshot,
} from './diff-sources.ts'
import { rememberSnapshot } from './last-snapshot.ts'
import { openWorld, stateDirectoryOf } from './parts.ts'
import { centersOf, text, unknown } from './request.ts'

type Options = Readonly<Record<string, unknown>>
const SAVED = '@saved'
/** Reading that takes longer is told on stderr, ms. */
const LONG = 1000

/** Desired × centers: what differs, what of it is meant, who did it. Exit 0 no drift, 1 drift, 4 a center could not be read. */
export async function diff(context: Context, topology: Topology, options: Options): Promise<number> {
  const begun = systemClock.monotonic()
  const now = systemClock.now()
  const chosen = sourcesOf(context, topology, options)
  const desired = chosen.desired.length === 0 ? undefined : await desiredObjects(chosen.desired, context.stdin)
  const warnings: CompareWarning[] = []
  const [named, listed] = withDesiredKinds(comparedKinds(topology), desired, warnings)
  refuseSharedNames(desired ?? [], named, topology)
  const kinds = options['listed'] === true ? named.filter((kind) => desired?.some((object) => isOfKind(object, kind)) === true) : named
  const state = stateDirectoryOf(context)
  const save = text(options['save'])
  const whole = save !== undefined || chosen.saved !== undefined || chosen.live.length < 2
  const intents = topology.compare?.intents ?? []
  // Where objects of the centers are compared with each other alone, those that are equal everywhere need not be more than bytes.
  const sift = {
    of: (kind: ComparedKind): boolean =>
      !whole &&
      kind.rename.length === 0 &&
      kind.check.by === 'content' &&
      !listed.has(kind) &&
      desired?.some((object) => isOfKind(object, kind)) !== true,
    wanted: (identity: ObjectIdentity): boolean => intentsFor(identity, intents).length > 0,
  }
  const live =
    chosen.live.length === 0
      ? kinds.map((kind): KindInput => ({ kind, columns: new Map() }))
      : await readLive(context, topology, chosen.live, kinds, sift)
  if (save !== undefined) {
    const snapshot = snapshotOf(topology.name, live, chosen.live, now, sealerOf(state))
    await writeSnapshot(resolve(context.cwd, save), snapshot)
    await rememberSnapshot(state, snapshot)
  }

  const joined = live.map((input): KindInput => {
    const columns = new Map<string, ColumnObjects>()
    const own = desired?.filter((object) => isOfKind(object, input.kind))
    if (own !== undefined && own.length > 0) columns.set('desired', { state: 'present', objects: own })
    for (const [name, seen] of input.columns) columns.set(name, seen)
    for (const [name, kinds] of Object.entries(chosen.saved?.snapshot.centers ?? {})) {
      const found = kinds.find(({ kind }) => kind.kind === input.kind.kind && kind.group === input.kind.group)
      if (chosen.saved?.centers.includes(name) === true && found !== undefined) columns.set(`${name}${SAVED}`, found.seen)
    }
    return { ...input, columns, ...(listed.has(input.kind) || options['listed'] === true ? { listedOnly: true } : {}) }
  })
  const all: readonly Column[] = [
    ...(desired === undefined ? [] : [{ name: 'desired', source: 'desired' as const }]),
    ...(chosen.saved?.centers ?? []).map((center): Column => ({ ...savedColumn(topology, center), at: chosen.saved?.snapshot.at ?? now })),
    ...liveColumns(topology, chosen.live, now),
  ]
  const columns = chosen.order === undefined ? all : chosen.order.flatMap((name) => all.find((column) => column.name === name) ?? [])
  const comparison = compare({
    columns,
    kinds: chosen.saved === undefined ? joined : sealed(joined, chosen.saved.snapshot, state, warnings),
    intents: topology.compare?.intents ?? [],
    aliases: topology.compare?.aliases ?? {},
    embedded: embeddedDocument,
    now,
    warnings,
  })
  const document = diffDocument(comparison, {
    topology: topology.name,
    took: systemClock.monotonic() - begun,
    fingerprint: runFingerprint(),
  })
  await show(context, document, options)
  return exitOf(document, outByMarks(topology, live))
}

/** Two files or directories side by side, as kubectl hands them to KUBECTL_EXTERNAL_DIFF: no topology, no cluster. */
export async function diffPaths(context: Context, paths: readonly string[], options: Options): Promise<number> {
  const [first, second] = paths
  if (first === undefined || second === undefined || paths.length > 2) throw fault('usage', 'two-paths', { given: paths })
  const begun = systemClock.monotonic()
  const sides = await Promise.all(
    [first, second].map(async (path) => await readManifests([path === '-' ? path : resolve(context.cwd, path)], context.stdin)),
  )
  const names = first === second ? [`${first} (1)`, `${second} (2)`] : [first, second]
  const [kinds] = withDesiredKinds([], sides.flat(), [], true)
  const comparison = compare({
    columns: names.map((name): Column => ({ name, source: 'saved' })),
    kinds: kinds.map((kind) => {
      const schema = schemaOfKind({}, kind)
      return {
        kind,
        columns: new Map(
          names.map((name, i) => [
            name,
            {
              state: 'present' as const,
              objects: (sides[i] ?? []).filter((object) => isOfKind(object, kind)),
              ...(schema === undefined ? {} : { schema }),
            },
          ]),
        ),
      }
    }),
    intents: [],
    aliases: {},
    embedded: embeddedDocument,
    now: systemClock.now(),
  })
  const document = diffDocument(comparison, { topology: '-', took: systemClock.monotonic() - begun, fingerprint: runFingerprint() })
  await show({ ...context, flags: { ...context.flags, output: context.flags.output ?? 'diff' } }, document, options)
  return exitOf(document, [])
}

interface Sources {
  readonly live: readonly CenterName[]
  readonly saved?: { readonly snapshot: Snapshot; readonly centers: readonly CenterName[] }
  readonly desired: readonly string[]
  /** Columns by name, in the order of `--between`. */
  readonly order?: readonly string[]
}

/**
 * Which columns there are. Without flags every center, live, and the desired side of the topology if it names one. `--from` takes the centers from a snapshot, but
 * for those that `--center` names. `--between` names two or more columns itself: `zone-a`, `zone-a@saved`, `desired`.
 */
function sourcesOf(context: Context, topology: Topology, options: Options): Sources {
  const files = ((options['filename'] ?? []) as readonly string[]).map((path) => (path === '-' ? path : resolve(context.cwd, path)))
  const declared = topology.compare?.desired
  const desired =
    files.length > 0 ? files : declared === undefined ? [] : [resolve(dirname(resolve(context.cwd, findTopology(context).file)), declared)]
  const from = text(options['from'])
  const snapshot = from === undefined ? undefined : readSnapshot(resolve(context.cwd, from))
  const inFile = topology.centers.map(({ name }) => name).filter((name) => snapshot?.centers[name] !== undefined)
  const between = text(options['between'])
  if (between === undefined) {
    const named = centersOf(topology, options, false)
    const all = topology.centers.map(({ name }) => name)
    if (snapshot === undefined) return { live: named.length === 0 ? all : named, desired }
    return { live: named, saved: { snapshot, centers: inFile.filter((name) => !named.includes(name)) }, desired }
  }
  const order = between.split(',').map((name) => name.trim())
  const known = [
    ...topology.centers.map(({ name }) => name),
    ...inFile.map((name) => `${name}${SAVED}`),
    ...(desired.length > 0 ? ['desired'] : []),
  ]
  for (const name of order) if (!known.includes(name)) throw unknown('unknown-column', name, known)
  if (order.length < 2 || new Set(order).size < order.length) throw fault('usage', 'two-columns', { given: between })
  return {
    live: topology.centers.map(({ name }) => name).filter((name) => order.includes(name)),
    ...(snapshot === undefined ? {} : { saved: { snapshot, centers: inFile.filter((name) => order.includes(`${name}${SAVED}`)) } }),
    desired: order.includes('desired') ? desired : [],
    order,
  }
}

async function desiredObjects(paths: readonly string[], stdin: NodeJS.ReadStream): Promise<readonly AnyObject[]> {
  const objects = await readManifests(paths, stdin)
  if (objects.length === 0) throw fault('input', 'no-objects', { files: paths })
  return objects
}

function savedColumn(topology: Topology, center: CenterName): Column {
  const role = topology.centers.find(({ name }) => name === center)?.role
  return { name: `${center}${SAVED}`, source: 'saved', center, ...(role === undefined ? {} : { role }) }
}

/** Kinds that only the desired side names are compared as far as it lists their objects. `any`: those that are not well known too. */
function withDesiredKinds(
  kinds: readonly ComparedKind[],
  desired: readonly AnyObject[] | undefined,
  warnings: CompareWarning[],
  any = false,
): readonly [readonly ComparedKind[], ReadonlySet<ComparedKind>] {
  const listed = new Map<string, ComparedKind>()
  for (const object of desired ?? []) {
    const [kind, group] = [String(object['kind']), groupOf(object)]
    if (kinds.some((one) => isOfKind(object, one)) || listed.has(`${kind}.${group}`)) continue
    const own = (desired ?? []).filter((one) => isOfKind(one, { kind, group }))
    const namespaces = [...new Set(own.map((one) => String((one['metadata'] as AnyObject)['namespace'] ?? 'default')))]
    const served =
      knownKind(kind, group) ??
      (any
        ? {
            kind,
            group,
            version: String(object['apiVersion']).split('/').at(-1) ?? '',
            plural: '',
            namespaced: own.some((one) => 'namespace' in (one['metadata'] as AnyObject)),
          }
        : undefined)
    if (served === undefined) warnings.push({ reason: 'kind-not-compared', facts: { kind, group } })
    else
      listed.set(`${kind}.${group}`, {
        ...served,
        ...(served.namespaced ? { namespaces } : {}),
        rename: [],
        ignore: [],
        check: { by: 'content' },
      })
  }
  return [[...kinds, ...listed.values()], new Set(listed.values())]
}

async function readLive(
  context: Context,
  topology: Topology,
  centers: readonly CenterName[],
  kinds: readonly ComparedKind[],
  sift: NonNullable<ReadRequest['sift']>,
): Promise<readonly KindInput[]> {
  const world = await openWorld(context, topology)
  const begun = systemClock.monotonic()
  try {
    return await readCenters(world, {
      topology,
      centers,
      kinds,
      store: schemaFiles(stateDirectoryOf(context)),
      sift,
      tell: ({ center, kind, objects, done, all }) => {
        if (systemClock.monotonic() - begun > LONG)
          context.stderr.write(`${safeText(`${done}/${all}  ${center}  ${kind}  ${count(objects)}`)}\n`)
      },
    })
  } finally {
    await world.close()
  }
}

/** A snapshot knows secrets only by digests: then every column is compared by them. */
function sealed(kinds: readonly KindInput[], snapshot: Snapshot, state: string, warnings: CompareWarning[]): readonly KindInput[] {
  const sealer = sealerOf(state)
  const same = sealer.key === snapshot.key
  if (!same) warnings.push({ reason: 'other-key', facts: {} })
  const blank = '0'.repeat(64)
  const seal = (object: AnyObject): AnyObject => {
    const digested = sealedObject(object, same ? sealer.digest : () => blank, true)
    return same ? digested : (JSON.parse(JSON.stringify(digested).replaceAll(/"sealed:[0-9a-f]{64}"/g, `"sealed:${blank}"`)) as AnyObject)
  }
  return kinds.map((input) => ({
    ...input,
    columns: new Map(
      [...input.columns].map(([name, seen]) => [name, seen.state === 'present' ? { ...seen, objects: seen.objects.map(seal) } : seen]),
    ),
  }))
}

async function show(context: Context, document: DiffDocument, options: Options): Promise<void> {
  const reading = { document, language: context.language, phrasebook }
  const write = (body: string): unknown => context.stdout.write(body)
  if (options['nameOnly'] === true) return void write(diffNames(reading))
  if (options['stat'] === true) return printLines(context, diffStat(reading))
  const form = context.flags.output
  switch (form) {
    case 'json':
      return void write(`${safeJson(document, 2)}\n`)
    case 'yaml':
      return await printDocument(context, withoutHostile(document), form)
    case 'ndjson':
      return void write([...document.objects, { ...document, objects: undefined }].map((one) => `${safeJson(one)}\n`).join(''))
    case 'name':
      return void write(diffNames(reading))
    case 'markdown':
      return void write(diffMarkdown(reading))
    case 'html':
      return void write(diffHtml(reading))
    case 'junit':
      return void write(diffJUnit(reading))
    case 'github':
      return void write(diffGithub(reading))
    case 'diff':
      return void write(diffUnified(reading))
    default:
      return printLines(
        context,
        diffScreen(reading, {
          ...(context.stdout.columns === undefined ? {} : { width: Math.max(60, context.stdout.columns) }),
          mend: mendOf(reading.document),
        }),
      )
  }
}

/** The plan that brings the rest in line: with the desired side where there is one, else with the first live center that is nowhere the odd one. */
function mendOf({ columns, objects }: DiffDocument): string {
  if (columns.some(({ source }) => source === 'desired')) return 'tricenter sync --from desired --dry-run'
  const odd = new Set(objects.flatMap((one) => one.odd))
  const live = columns.filter(({ source }) => source === 'live')
  const reference = live.find(({ name }) => !odd.has(name)) ?? live[0]
  return reference === undefined ? 'tricenter status' : `tricenter sync --from ${reference.name} --dry-run`
}

/** Drift is worse than a center that was not read; one that is out of traffic is not needed. */
function exitOf({ totals, unread }: DiffDocument, out: readonly CenterName[]): number {
  if (totals.drift + totals['odd-one-out'] > 0) return 1
  return unread.some(({ column }) => !out.includes(column)) ? 4 : 0
}
