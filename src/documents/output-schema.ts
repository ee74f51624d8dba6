import * as z from 'zod'
import { checkGroups, proofLevels } from '../domain/verify.ts'
import { closed } from './read-shape.ts'
import { API_VERSION } from './scalars.ts'

/** What `-o json` prints of `verify`, `diff` and `sync --watch`. The values themselves are made elsewhere; a test holds real output against these shapes. */

const when = z.number().describe('Wall clock, milliseconds since the epoch.')
const took = z.number().min(0).describe('Milliseconds.')
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
const facts = z.record(z.string(), fact).describe('What the words of the reason are filled with.')

const state = z
  .enum(['passed', 'failed', 'warning', 'inconclusive', 'skipped'])
  .describe('Only passed says that it was seen; inconclusive says that it could not be told.')
const out = z.exactOptional(z.literal(true)).describe('The situation in force takes the center out of traffic: shown, and not counted.')

const evidence = closed({
  source: z.string().describe('What was looked at: an object, a PromQL query, a request.'),
  at: z.exactOptional(when),
  took: z.exactOptional(took),
  value: z.exactOptional(z.union([z.string(), z.number()])).describe('What it said.'),
  limit: z.exactOptional(z.union([z.string(), z.number()])).describe('What it was held against.'),
})

const conclusion = closed({
  state,
  reason: z.string().describe('Stable; docs/checks.md lists those of each check.'),
  facts,
  subject: z.exactOptional(z.string()).describe('What it is about, where a check looks at several things.'),
  center: z.exactOptional(z.string()),
  evidence: z.array(evidence),
  message: z.string().describe('The reason in words of one language: what, why, next, by line.'),
})

const count = z.int().min(0)

export const verificationSchema = closed({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Verification'),
  startedAt: z.string().describe('ISO 8601.'),
  took,
  exit: z.union([z.literal(0), z.literal(1), z.literal(4), z.literal(7)]).describe('The exit code of the command.'),
  centers: z.array(z.string()).describe('The centers that were asked about.'),
  out: z.array(z.string()).describe('Centers that the situation in force takes out of traffic, as far as it was looked at.'),
  counts: closed({ passed: count, failed: count, warning: count, inconclusive: count, skipped: count, out: count }).describe(
    'Outcomes by state; out: all of those of centers out of traffic.',
  ),
  unread: z.array(closed({ center: z.string(), why: z.string(), out })).describe('Centers whose API could not be read at all.'),
  firstBroken: z.record(z.string(), z.enum(proofLevels)).describe('By center: the first level of proof at which something failed.'),
  outcomes: z.array(
    closed({
      check: z.string(),
      id: z.string().regex(/^TC-\d{3}$/),
      title: z.string(),
      group: z.enum(checkGroups),
      level: z.enum(proofLevels),
      center: z.exactOptional(z.string()).describe('Absent: about all centers together.'),
      state: state.describe('The worst of its conclusions.'),
      out,
      conclusions: z.array(conclusion),
    }),
  ),
}).describe('What `tricenter verify -o json` prints.')

const verdict = z.enum(['equal', 'intended', 'drift', 'odd-one-out', 'unknown'])
const gap = z.enum(['kind-missing', 'forbidden', 'unreachable', 'absent', 'terminating', 'unknown'])
const columnNames = z.array(z.string()).describe('Names of columns.')
const byColumn = <T extends z.ZodType>(value: T) => z.record(z.string(), value)
const verdicts = { equal: count, intended: count, drift: count, 'odd-one-out': count, unknown: count }

const cell = z.union([
  closed({
    state: z.literal('value'),
    value: z.unknown(),
    fingerprint: z.exactOptional(z.string()).describe('Of a secret: equal in two columns of one run where the values are.'),
  }),
  closed({ state: z.literal('unset'), dropped: z.exactOptional(z.literal(true)) }),
  closed({ state: gap, why: z.exactOptional(z.string()) }),
])

const intent = z.union([
  closed({
    by: z.literal('topology'),
    reason: z.string(),
    owner: z.exactOptional(z.string()),
    until: z.exactOptional(when),
    state: z.enum(['held', 'expired', 'wrong']),
  }),
  closed({ by: z.literal('run'), run: z.string(), verb: z.string(), situation: z.array(z.string()) }),
])

const managers = byColumn(closed({ manager: z.string(), operation: z.exactOptional(z.string()), at: z.exactOptional(when) })).describe(
  'Field managers.',
)

const leaf = closed({
  path: z.string().describe('For people.'),
  identity: z.string().describe('One text for one place in every column.'),
  pointers: byColumn(z.string()).describe('RFC 6901, into the object as read.'),
  kind: z.enum(['value', 'order', 'object', 'version']),
  verdict,
  odd: columnNames,
  sameEffect: z.boolean().describe('The texts differ and mean the same.'),
  cells: byColumn(cell),
  intents: byColumn(intent),
  changedBy: managers,
})

const column = closed({
  name: z.string(),
  source: z.enum(['desired', 'live', 'saved']),
  center: z.exactOptional(z.string()),
  role: z.exactOptional(z.enum(['active', 'standby'])),
  at: z.exactOptional(when),
})

const differing = closed({
  group: z.string(),
  kind: z.string(),
  namespace: z.union([z.string(), z.null()]),
  name: z.string(),
  verdict,
  odd: columnNames,
  presence: byColumn(z.union([z.literal('present'), gap])),
  leaves: z.array(leaf),
})

export const diffSchema = closed({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Diff'),
  topology: z.string(),
  took,
  columns: z.array(column),
  verdict,
  totals: closed(verdicts).describe('Objects by verdict.'),
  counts: z.array(closed({ kind: z.string(), group: z.string(), objects: count, ...verdicts })).describe('Objects by kind and verdict.'),
  objects: z.array(differing),
  unread: z.array(closed({ column: z.string(), kind: z.string(), gap, why: z.string() })).describe('Columns that could not be read.'),
  warnings: z.array(closed({ reason: z.string(), facts })),
}).describe('What `tricenter diff -o json` prints; no value in it is a secret.')

const drifted = {
  object: differing.describe('As `diff -o json` has it.'),
  since: when.describe('When it came about, as far as field managers tell; else when it was seen first. Milliseconds since the epoch.'),
}
const kinds = z.array(z.string()).min(1)
const driftRecord = <T extends z.core.$ZodLooseShape>(more: T) =>
  closed({ apiVersion: z.literal(API_VERSION), kind: z.literal('DriftRecord'), at: when, ...more })

export const driftSchema = z
  .union([
    driftRecord({
      type: z.literal('following'),
      topology: z.string(),
      columns: z.array(column),
      centers: z.array(
        closed({
          center: z.string().describe('The name of a column.'),
          objects: z.record(z.string(), count).describe('Objects by kind.'),
          unread: z.array(closed({ kind: z.string(), gap, why: z.string() })),
        }),
      ),
      totals: closed(verdicts),
    }).describe('The first: every center has answered, or has not.'),
    driftRecord({ type: z.enum(['found', 'began', 'changed']), ...drifted }).describe(
      'found: it was there at the start; changed: other fields, values or centers.',
    ),
    driftRecord({ type: z.literal('ended'), ...drifted, now: z.enum(['equal', 'intended', 'gone']), changedBy: managers }).describe(
      'The object as it was last, and what it is now. gone: no center that can be read has it.',
    ),
    driftRecord({ type: z.literal('unread'), column: z.string(), kinds, gap, why: z.string() }).describe(
      'These kinds of a center cannot be read: nothing counts as equal there, nor as absent.',
    ),
    driftRecord({ type: z.literal('read'), column: z.string(), kinds, since: when }).describe('They can be read again.'),
    driftRecord({
      type: z.literal('stopped'),
      totals: closed(verdicts),
      exit: z.union([z.literal(0), z.literal(1), z.literal(4)]).describe('The exit code of the command.'),
    }).describe('The last, where it ended by itself.'),
  ])
  .describe('One line of what `tricenter sync --watch -o json` prints; no value in it is a secret.')
