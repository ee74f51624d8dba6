import type { Change } from '../domain/change.ts'
import type { Words } from '../domain/words.ts'
import { standingOf, type Standing } from '../effects/index.ts'
import type { Run } from './run.ts'

/** Between two looks at what was written. */
const EVERY = 1_000
const IN_FLIGHT = 8

/** What was written and shall still be there while a gate waits, by object; and what gateways have said of it. */
export interface Watch {
  readonly changes: Map<string, Change>
  readonly standing: Map<string, Standing>
  nextAt: number
  round?: Promise<void>
}

export function newWatch(): Watch {
  return { changes: new Map(), standing: new Map(), nextAt: 0 }
}

/** From now on this is what the object should be; an older change of the same object counts no more. */
export function keepWatch(watch: Watch, change: Change): void {
  if (change.intent.kind !== 'weights') return
  const key = keyOf(change)
  watch.changes.set(key, change)
  watch.standing.delete(key)
}

/** While it is written anew, nobody can say what it should be. */
export function endWatch(watch: Watch, change: Change): void {
  watch.changes.delete(keyOf(change))
  watch.standing.delete(keyOf(change))
}

/** Reads what was written again, once a second and one round at a time; nobody waits for it. */
export function watchWritten(run: Run): void {
  const { watch } = run.state
  const { clock } = run.deps.world
  if (watch.round !== undefined || watch.changes.size === 0 || clock.monotonic() < watch.nextAt) return
  watch.nextAt = clock.monotonic() + EVERY
  watch.round = lookAgain(run).finally(() => {
    delete watch.round
  })
}

async function lookAgain(run: Run): Promise<void> {
  const { watch } = run.state
  const { world } = run.deps
  const queue = [...watch.changes]
  const deadline = { at: world.clock.monotonic() + run.topology.policy.deadlines.read }
  const reader = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [key, change] = next
      const standing = await standingOf(change, run.topology, world, deadline)
      // It may have been written anew, on purpose, while it was read.
      if (standing !== undefined && watch.changes.get(key) === change) watch.standing.set(key, standing)
    }
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, reader))
}

/** Objects that no longer are what was written, with who may have done it. Each is said once. */
export function takeReverted(run: Run): boolean {
  const { watch, left } = run.state
  let found = false
  for (const [key, { kept, owner }] of watch.standing) {
    const change = watch.changes.get(key)
    if (kept || change === undefined) continue
    watch.changes.delete(key)
    watch.standing.delete(key)
    const facts = { center: change.center, object: `${change.object.namespace}/${change.object.name}`, owner }
    left.push({ guard: 'foreign-owner', reason: 'reverted', facts, where: { center: change.center, route: facts.object }, effect: 'leave' })
    run.state.last = { reason: 'reverted', facts }
    found = true
  }
  return found
}

/** What gateways said of the generation that was written, and the first that they do not accept. */
export function acceptance({ watch }: Run['state']): {
  readonly accepted: number
  readonly of: number
  readonly rejected?: Change
  readonly why: string
} {
  const rejected = [...watch.standing].find(([, { accepted }]) => accepted === 'no')
  const change = rejected === undefined ? undefined : watch.changes.get(rejected[0])
  return {
    accepted: [...watch.standing.values()].filter(({ accepted }) => accepted === 'yes').length,
    of: watch.changes.size,
    why: rejected?.[1].why ?? '',
    ...(change === undefined ? {} : { rejected: change }),
  }
}

function keyOf({ center, object: { kind, namespace, name } }: Change): string {
  return [center, kind, namespace, name].join('\n')
}

export const watchWords = {
  reverted: {
    en: '{center}: {object} was written back by somebody else ({owner}) after the switch.\nIts clients go where it says now.\nPause the owner, then: tricenter resume',
    zh: '{center}：{object} 在切换后被他人（{owner}）改回。\n其客户端按当前内容路由。\n请先暂停该所有者，然后执行：tricenter resume',
  },
  'routes-accepted': { en: 'gateways accept {accepted} of {of} changed routes', zh: '{of} 条已改路由中，网关已接受 {accepted} 条' },
  'not-accepted': {
    en: '{center}: gateways do not accept {object} as it was written ({why})',
    zh: '{center}：网关不接受写入后的 {object}（{why}）',
  },
} satisfies Words
