import type { ColumnGap } from '../compare/compare.ts'
import type { AnyObject, ComparedKind } from '../domain/compare.ts'
import type { Deadline } from '../domain/change.ts'
import type { Clock } from '../ports/clock.ts'
import type { Cluster, ListOptions } from '../ports/cluster.ts'
import { backOff } from './back-off.ts'
import type { Contact } from './contact.ts'
import { gapOf } from './diff.ts'

/** A watch that stood for so long (ms) was none that failed. */
const STOOD = 5_000

/** One list of one center, and who is told of it. */
export interface FollowedList {
  readonly cluster: Cluster
  readonly contact: Contact
  readonly clock: Clock
  readonly chance: () => number
  readonly kind: () => ComparedKind
  readonly options: ListOptions
  readonly deadline: () => Deadline
  /** Aborted: never again. */
  readonly stop: AbortSignal
  /** Aborted: read anew, for the kind is served otherwise now. Another one after each. */
  readonly renewed: () => AbortSignal
  /** A reading of the list begins: objects that are put from now on are of it. */
  begin(): void
  put(object: AnyObject): void
  remove(object: AnyObject): void
  /** The reading is whole: what was not put is gone. */
  whole(): void
  /** What is known of it: `present` while it is followed, which begins with the watch and not with the list. */
  state(state: 'present' | ColumnGap): void
}

/** List, then watch from there; listed anew where the version has expired, and where contact was lost. It goes on until `stop`. */
export async function followList(list: FollowedList): Promise<void> {
  const { contact, clock, stop } = list
  let version: string | undefined
  let failures = 0
  let line = contact.line()
  while (!stop.aborted) {
    await contact.there()
    if (line.aborted) {
      // It may be back from a backup: a server takes a version from its future without a word, and tells nothing until it is past it.
      version = undefined
      line = contact.line()
    }
    const renewed = list.renewed()
    if (version === undefined) {
      const seen = await readList(list)
      if (stop.aborted) return
      if (renewed.aborted) continue
      if ('state' in seen) {
        list.state(seen)
        if (seen.state === 'unreachable') contact.doubt()
        await clock.sleep(backOff(++failures, list.chance), stop)
        continue
      }
      ;({ version } = seen)
      list.whole()
    }
    const began = clock.monotonic()
    const end = await watchList(list, version, AbortSignal.any([stop, line, renewed]))
    if (stop.aborted) return
    const lost = contact.lost()
    if (renewed.aborted) {
      version = undefined
      continue
    }
    failures = clock.monotonic() - began >= STOOD ? 0 : failures + 1
    version = end.version
    if (lost !== undefined) {
      list.state({ state: 'unreachable', why: lost })
      continue
    }
    if (end.gap !== undefined) {
      list.state(end.gap)
      if (end.gap.state === 'unreachable') contact.doubt()
      failures = Math.max(failures, 1)
    }
    await clock.sleep(backOff(failures, list.chance), stop)
  }
}

async function readList(list: FollowedList): Promise<{ readonly version: string } | ColumnGap> {
  const kind = list.kind()
  let version = ''
  list.begin()
  for await (const page of list.cluster.pages(kind, list.options, list.deadline())) {
    if (page.state !== 'present') return gapOf(page)
    const { bytes, from, until, apiVersion, anew } = page.value
    if (anew) list.begin()
    ;({ version } = page.value)
    const items = parsed(bytes.toString('utf8', from, until))
    if (items === undefined) return { state: 'unknown', why: 'the answer is not whole JSON' }
    for (const item of items) {
      if (!isObject(item)) return { state: 'unknown', why: `the answer is not a list of kind ${kind.kind}` }
      // Items of built-in kinds carry neither.
      list.put({ apiVersion, kind: kind.kind, ...item })
    }
  }
  return { version }
}

/** From which version to go on; none: the list has to be read anew. */
async function watchList(
  list: FollowedList,
  from: string,
  signal: AbortSignal,
): Promise<{ readonly version: string | undefined; readonly gap?: ColumnGap }> {
  let version = from
  for await (const event of list.cluster.watch(list.kind(), { ...list.options, version: from }, list.deadline(), signal)) {
    switch (event.type) {
      case 'opened':
        list.state('present')
        break
      case 'added':
      case 'modified':
        list.put(event.object)
        ;({ version } = event)
        break
      case 'deleted':
        list.remove(event.object)
        ;({ version } = event)
        break
      case 'bookmark':
        ;({ version } = event)
        break
      case 'expired':
        return { version: undefined }
      case 'ended':
        return { version }
      case 'gap':
        // What was told stands where nobody could be reached; anything else is found out by reading anew.
        return { version: event.gap.state === 'unreachable' ? version : undefined, gap: gapOf(event.gap) }
    }
  }
  return { version }
}

function parsed(items: string): readonly unknown[] | undefined {
  try {
    return JSON.parse(`[${items}]`) as readonly unknown[]
  } catch {
    return undefined
  }
}

function isObject(item: unknown): item is AnyObject {
  if (typeof item !== 'object' || item === null || !('metadata' in item)) return false
  const { metadata } = item
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string' && 'uid' in metadata
}
