import { labelMatcher } from '../../src/lab/apiserver/selectors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Kind, KubeObject, ListOptions, WatchEvent } from '../../src/ports/cluster.ts'
import type { MemoryFault } from './memory-cluster.ts'

/** One thing that happened: an object as it is now, and as it was. */
export interface Happening {
  readonly version: number
  readonly object: KubeObject | undefined
  readonly previous: KubeObject | undefined
}

/** Without a word for so long, a watch has ended: as the port promises. */
const SILENCE = 150_000

/** What happened in a cluster in memory, and who follows it. */
export function memoryWatches(clock: Clock, fault: () => MemoryFault | null) {
  let past: Happening[] = []
  let oldest = 0
  const open = new Set<Follower>()

  return {
    count: () => open.size,
    tell(happening: Happening): void {
      past.push(happening)
      for (const one of open) one.tell(happening)
    },
    forget(version: number): void {
      past = []
      oldest = version
    },
    bookmark(version: number): void {
      for (const one of open) one.push({ type: 'bookmark', version: String(version) })
    },
    end(): void {
      for (const one of open) one.end({ type: 'ended', why: 'connection reset' })
    },
    shut(): void {
      const gap = { state: 'unreachable', why: 'the connection was closed', at: clock.now(), took: 0 } as const
      for (const one of open) one.end({ type: 'gap', gap })
    },
    async *open(kind: Kind, options: ListOptions, from: number, signal: AbortSignal): AsyncGenerator<WatchEvent> {
      yield { type: 'opened' }
      if (from < oldest) return yield { type: 'expired' }
      const one = follower(kind, options, clock, fault)
      for (const happening of past) if (happening.version > from) one.tell(happening)
      const leave = (): void => one.end()
      signal.addEventListener('abort', leave, { once: true })
      open.add(one)
      try {
        for (let event = await one.next(); event !== undefined; event = await one.next()) yield event
      } finally {
        one.end()
        open.delete(one)
        signal.removeEventListener('abort', leave)
      }
    },
  }
}

type Follower = ReturnType<typeof follower>

function follower(kind: Kind, { namespace, labelSelector }: ListOptions, clock: Clock, fault: () => MemoryFault | null) {
  const labelled = labelMatcher(labelSelector) ?? (() => true)
  const matches = (object: KubeObject | undefined): object is KubeObject =>
    object?.kind === kind.kind && (namespace === undefined || object.metadata.namespace === namespace) && labelled(object as never)
  const waiting: WatchEvent[] = []
  const timer = new AbortController()
  let wake: (() => void) | undefined
  let over = false
  let dead = false

  const push = (event: WatchEvent): void => {
    if (over || dead) return
    // A connection through which nothing comes any more does not come to life again.
    if (fault()?.kind === 'blackholed') {
      dead = true
      void clock.sleep(SILENCE, timer.signal).then(() => end({ type: 'ended', why: 'nothing came' }))
      return
    }
    waiting.push(event)
    wake?.()
  }
  const end = (last?: WatchEvent): void => {
    if (over) return
    if (last === undefined) waiting.length = 0
    else waiting.push(last)
    over = true
    timer.abort()
    wake?.()
  }
  return {
    push,
    end,
    tell({ version, object, previous }: Happening): void {
      const [now, before] = [matches(object), matches(previous)]
      if (now) push({ type: before ? 'modified' : 'added', object: object as KubeObject, version: String(version) })
      else if (before) push({ type: 'deleted', object: previous as KubeObject, version: String(version) })
    },
    async next(): Promise<WatchEvent | undefined> {
      while (waiting.length === 0 && !over)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return waiting.shift()
    },
  }
}
