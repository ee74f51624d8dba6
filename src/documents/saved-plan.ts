import { createHash } from 'node:crypto'
import * as z from 'zod'
import { canonical } from '../domain/canonical.ts'
import type { Change } from '../domain/change.ts'
import type { RunId, Verb } from '../domain/record.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Mistake } from './mistake.ts'
import { API_VERSION } from './scalars.ts'

/** What `--plan-out` writes and `--plan` applies while it is still true. */
export interface SavedPlan {
  readonly run: RunId
  readonly verb: Verb
  readonly params: Readonly<Record<string, unknown>>
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** The centers that are out once it is applied. */
  readonly situation: readonly CenterName[]
  readonly changes: readonly Change[]
}

/** JSON with a sha256 over everything else in it, so that an edited plan is not mistaken for a planned one. */
export function writeSavedPlan(plan: SavedPlan): string {
  const { run, verb, params, createdAt, situation, changes } = plan
  const open = { apiVersion: API_VERSION, kind: 'Plan', run, verb, params, createdAt, situation, changes }
  return `${JSON.stringify({ ...open, hash: hashOf(open) }, null, 2)}\n`
}

/** Reads a saved plan back; whatever is wrong with it is one mistake: a plan is not there to be mended by hand. */
export function readSavedPlan(text: string, file: string): { readonly plan: SavedPlan } | { readonly mistakes: readonly [Mistake] } {
  const wrong = (message: string, path = ''): { readonly mistakes: readonly [Mistake] } => ({
    mistakes: [{ file, line: 1, column: 1, path, message }],
  })
  const value = parsed(text)
  if (value === undefined) return wrong('damaged: not whole JSON. Save the plan again with --plan-out')
  const read = schema.safeParse(value)
  if (!read.success) {
    const kind: unknown = value !== null && typeof value === 'object' && 'kind' in value ? value.kind : undefined
    if (kind !== 'Plan') return wrong('not a saved plan: expected kind Plan', 'kind')
    const path = read.error.issues[0]?.path.map(String).join('.') ?? ''
    return wrong('damaged: missing or of another type. Save the plan again with --plan-out', path)
  }
  const { hash, ...open } = value as z.output<typeof schema>
  if (hash !== hashOf(open)) return wrong('damaged: its content does not match its hash. Save the plan again with --plan-out', 'hash')
  const { run, verb, params, createdAt, situation, changes } = open
  return { plan: { run, verb, params, createdAt, situation, changes: changes as unknown as readonly Change[] } }
}

const verbs = ['failover', 'failback', 'rebalance', 'sync', 'drill', 'undo', 'deploy', 'runbook'] as const satisfies readonly Verb[]
/** A change's outline: what is inside was written by this tool, which the hash vouches for. */
const change = z.looseObject({
  id: z.string(),
  effect: z.enum(['patch', 'scale', 'lab-fault']),
  center: z.string(),
  object: z.object({ kind: z.string(), namespace: z.string(), name: z.string() }),
  edits: z.array(z.unknown()),
  patch: z.array(z.unknown()),
  before: z.string(),
  after: z.string(),
  intent: z.record(z.string(), z.unknown()),
  inverse: z.record(z.string(), z.unknown()),
})
const schema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Plan'),
  run: z.string().min(1),
  verb: z.enum(verbs),
  params: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  situation: z.array(z.string()),
  changes: z.array(change),
  hash: z.string(),
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch {
    return undefined
  }
}

/** Keys sorted, so that the hash does not depend on their order in the file. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}
