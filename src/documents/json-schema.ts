import * as z from 'zod'
import { diffSchema, driftSchema, verificationSchema } from './output-schema.ts'
import type { Known } from './runbook.ts'
import { runbookSchema, stepSchemas } from './runbook-schema.ts'
import { topologySchema } from './topology-schema.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** JSON Schema (draft-07) of `tricenter.yaml`, for editors. It knows shapes; names that must be declared and sums are `readTopology`'s. */
export function topologyJsonSchema(): JsonSchema {
  return draft7(topologySchema)
}

/** JSON Schema (draft-07) of a runbook. With `known`, editors offer the names of actions, checks and runbooks. */
export function runbookJsonSchema(known?: Partial<Known>): JsonSchema {
  const step: z.ZodType = z
    .lazy(() => z.union([shapes.do, shapes.gate, shapes.ask, shapes.run, shapes.during, shapes.always]))
    .meta({ id: 'step' })
  const shapes = stepSchemas(step)
  const offered = new Map<unknown, readonly string[] | undefined>([
    [shapes.do.shape['do'], known?.actions],
    [shapes.gate.shape['gate'], known?.checks],
    [shapes.run.shape['run'], known?.runbooks],
  ])
  return draft7(runbookSchema(step), ({ zodSchema, jsonSchema }) => {
    const names = offered.get(zodSchema)
    if (names === undefined) return
    if (jsonSchema.type === 'array') jsonSchema.items = { type: 'string', enum: [...names] }
    else jsonSchema.enum = [...names]
  })
}

/** JSON Schema (draft-07) of what `verify -o json` prints. */
export function verificationJsonSchema(): JsonSchema {
  return draft7(verificationSchema)
}

/** JSON Schema (draft-07) of what `diff -o json` prints. */
export function diffJsonSchema(): JsonSchema {
  return draft7(diffSchema)
}

/** JSON Schema (draft-07) of one line of what `sync --watch -o json` prints. */
export function driftJsonSchema(): JsonSchema {
  return draft7(driftSchema)
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>

function draft7(schema: z.ZodType, override?: Override): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input', ...(override ? { override } : {}) })
}
