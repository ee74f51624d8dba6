import * as z from 'zod'
import { withMeant } from './did-you-mean.ts'
import { described } from './described.ts'
import { closed } from './read-shape.ts'
import { REFERENCE } from './references.ts'
import { API_VERSION, duration, filled, name } from './scalars.ts'

/** `runbooks/*.yaml` as people write it. A step is a map with exactly one step key; what else may stand beside it depends on that key. */

const reference = z.string().regex(REFERENCE, { abort: true })
const orReference = <Schema extends z.ZodType>(schema: Schema, expected: string) =>
  z.union([reference, schema], {
    error: ({ input }) => (input === undefined ? undefined : `expected ${expected}, not ${described(input)}`),
  })
const time = orReference(duration('0s', '24h'), 'a duration such as 5s, or a reference such as ${policy.hold}')
const rate = orReference(z.number().min(1).max(200), 'a rate of 1 to 200 per second, or a reference such as ${policy.probe.rate}')
const paceSteps = orReference(
  z
    .array(z.int().min(1).max(100))
    .min(1)
    .refine((steps) => steps.every((step, i) => i === 0 || step > steps[i - 1]!) && steps.at(-1) === 100, {
      error: 'steps must rise, and the last be 100',
    }),
  'per cents that rise to 100 such as [20, 50, 100], or ${policy.steps}',
)

const bilingual = closed({ en: filled, zh: filled })
const withValues = z
  .record(filled, z.unknown())
  .default({})
  .describe('Input of the action, check or runbook. ${params.x} and ${policy.x} stand for whole values.')
const words = (subject: string) => bilingual.describe(`${subject}, in English and Chinese.`)

const param = closed({
  type: z.enum(['centers', 'shares', 'number', 'duration', 'string', 'boolean']),
  summary: words('What it is for'),
  required: z.boolean().default(false),
  default: z.exactOptional(z.unknown()).describe('Its value where none is given.'),
  oneOf: z.exactOptional(z.array(filled).min(2)).describe('The texts that a string may be.'),
})

export const stepKeys = ['do', 'gate', 'ask', 'run', 'during', 'always'] as const
export type StepKey = (typeof stepKeys)[number]

/** Each key with what may stand beside it. `inner` is the schema of steps in steps. */
export function stepSchemas<Inner extends z.ZodType>(inner: Inner) {
  return {
    do: step('do', {
      do: filled.describe('The action to do.'),
      with: withValues,
      pace: z
        .exactOptional(
          closed({ steps: paceSteps, hold: time, gate: z.array(filled).min(1).describe('Checks that must say yes after each step.') }),
        )
        .describe('Do it in steps, each held and gated; on no, the previous step is applied again.'),
    }),
    gate: step('gate', {
      gate: z.array(filled).min(1).describe('Checks that must all say yes.'),
      with: withValues,
      until: time.describe('At the end of this time the last answer counts.'),
      hold: time.prefault('0s').describe('How long the checks must go on saying yes.'),
    }),
    ask: step('ask', { ask: words('A question to be answered with yes') }),
    run: step('run', { run: filled.describe('The runbook to run.'), with: withValues }),
    during: step('during', {
      during: z.array(inner).min(1).describe('Client probes go on while these steps are done.'),
      probe: closed({ rate, shareRate: rate })
        .prefault({ rate: '${policy.probe.rate}', shareRate: '${policy.probe.shareRate}' })
        .describe('Requests per second: for recovery times, and for the share by center.'),
    }),
    always: step('always', {
      always: z.array(inner).min(1).describe('Done whatever happened before it in the same list, signals included. The last of its list.'),
    }),
  }
}

const beside: Readonly<Record<string, readonly StepKey[]>> = {
  with: ['do', 'gate', 'run'],
  pace: ['do'],
  until: ['gate'],
  hold: ['gate'],
  probe: ['during'],
}

function step<T extends z.core.$ZodLooseShape>(key: StepKey, shape: T) {
  const all = { name: name.describe('Short, unique in its list.'), title: z.exactOptional(words('What screens call it')), ...shape }
  const explained = (found: string) => {
    const owners = beside[found]
    return owners ? `${found} goes with ${owners.join(', ')}, not with ${key}` : withMeant('unknown key', found, Object.keys(all))
  }
  return z.strictObject(all, { error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(explained).join('\n') : undefined) })
}

const paramName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, { error: ({ input }) => `expected a name such as atOnce, not ${described(input)}` })

/** The whole file, with `steps` as given: unknown while reading (each step is read by its key), the union of all for the JSON Schema. */
export function runbookSchema<Steps extends z.ZodType>(steps: Steps) {
  return closed({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Runbook'),
    name: name.describe('What `tricenter runbook run` and other runbooks call it.'),
    mode: z
      .enum(['emergency', 'change', 'drill'])
      .describe(
        'What guards do and what a failure leads to: an emergency stands where it is, a change goes back one step, a drill restores.',
      ),
    summary: words('What it does'),
    source: z.exactOptional(filled).describe('Where in the source documents it comes from.'),
    params: z.record(paramName, param).default({}),
    steps: z.array(steps).min(1),
  }).meta({
    title: 'tricenter runbook',
    description: 'A drill, a change or an emergency plan as steps with seven keys: do, pace, gate, ask, run, during, always.',
  })
}
