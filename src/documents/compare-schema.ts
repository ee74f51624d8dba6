import * as z from 'zod'
import type { Compare, ComparedKind } from '../domain/compare.ts'
import { knownKind, type ServedKind } from '../domain/known-kinds.ts'
import { closed } from './read-shape.ts'
import { filled, labelSelector, name } from './scalars.ts'

/** The section `compare` as people write it. */

const day = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, { error: 'expected a day such as 2027-01-31' })
const apiVersion = z.string().regex(/^(?:[a-z0-9.-]+\/)?v\d[a-z0-9]*$/, { error: 'expected an apiVersion such as example.com/v1' })

const kind = closed({
  kind: filled.describe('Kind of the objects, e.g. ConfigMap'),
  apiVersion: z
    .exactOptional(apiVersion)
    .describe('Of kinds that are not well known, e.g. example.com/v1. Where centers serve other versions, one that all serve is read.'),
  plural: z.exactOptional(filled).describe('The resource of a kind that is not well known, e.g. widgets'),
  namespaced: z.exactOptional(z.boolean()).describe('false: the kind is cluster-scoped.'),
  namespaces: z.exactOptional(z.array(name).min(1)).describe('Absent: every namespace.'),
  selector: z.exactOptional(labelSelector).describe("A label selector in kubectl's syntax."),
  rename: z
    .array(filled.regex(/\{center\}/, { error: 'needs {center} where the name of the center stands' }))
    .default([])
    .describe('Names and texts that differ by center, e.g. higress-{center}: one object, and one text within objects, in all of them.'),
  ignore: z.array(filled).default([]).describe('Paths that are never compared, * for any one part, e.g. metadata.labels[build]'),
  version: z
    .exactOptional(
      closed({
        annotation: z.exactOptional(filled).describe('The annotation that carries the version.'),
        label: z.exactOptional(filled).describe('The label that carries the version.'),
      }).meta({ oneOf: [{ required: ['annotation'] }, { required: ['label'] }] }),
    )
    .describe('Compared by this version alone, not by content.'),
}).superRefine((one, context) => {
  if (one.version !== undefined && (one.version.annotation === undefined) === (one.version.label === undefined))
    context.addIssue({ code: 'custom', path: ['version'], message: 'expected exactly one of annotation, label' })
  if (servedKind(one) === undefined)
    context.addIssue({ code: 'custom', path: ['kind'], message: `${one.kind} is not well known: write its apiVersion and plural` })
})

const intent = closed({
  kind: filled.describe('Kind of the object, e.g. Deployment'),
  namespace: z.exactOptional(name).describe('Absent: any namespace.'),
  name: filled.describe('Name of the object, * for any part of it.'),
  centers: z.array(name).min(1).describe('Where it is meant to differ.'),
  path: z.exactOptional(filled).describe('The field, e.g. spec.replicas, * for any one part. Absent: the object itself.'),
  value: z.exactOptional(z.json()).describe('What must stand there; anything else is drift.'),
  absent: z.exactOptional(z.literal(true)).describe('The field, or the object, is meant not to be there.'),
  reason: filled.describe('Why; shown beside the difference.'),
  owner: z.exactOptional(filled).describe('Whom to ask.'),
  until: z.exactOptional(day).describe('The last day on which it holds (UTC); after it a warning is given.'),
}).superRefine((one, context) => {
  if ((one.value === undefined) === (one.absent === undefined) && !(one.path === undefined && one.value === undefined))
    context.addIssue({ code: 'custom', path: ['value'], message: 'expected exactly one of value, absent' })
  if (one.path === undefined && one.absent === undefined)
    context.addIssue({ code: 'custom', path: ['absent'], message: 'an intent without a path says that the object is absent: true' })
})

export const compareSchema = closed({
  desired: z.exactOptional(filled).describe('A file or directory of manifests, the desired side, relative to this file.'),
  aliases: z
    .record(name, name)
    .default({})
    .describe('What {center} stands for where it is not the name of the center, e.g. zone-c: shanghai.'),
  kinds: z.array(kind).default([]).describe('What is compared beside the managed routes.'),
  intents: z.array(intent).default([]).describe('Differences that are meant.'),
})

type CompareYaml = z.output<typeof compareSchema>

/** The section as the domain has it. */
export function toCompare({ desired, aliases, kinds, intents }: CompareYaml): Compare {
  return {
    ...(desired === undefined ? {} : { desired }),
    aliases,
    kinds: kinds.flatMap((one): readonly ComparedKind[] => {
      const served = servedKind(one)
      if (served === undefined) return []
      const { namespaces, selector, rename, ignore, version } = one
      const key = version?.annotation ?? version?.label
      return [
        {
          ...served,
          ...(namespaces === undefined ? {} : { namespaces }),
          ...(selector === undefined ? {} : { selector }),
          rename,
          ignore,
          check:
            key === undefined ? { by: 'content' } : { by: 'version', carrier: version?.label === undefined ? 'annotation' : 'label', key },
        },
      ]
    }),
    intents: intents.map(({ until, ...rest }) => ({
      ...rest,
      ...(until === undefined ? {} : { until: Date.parse(`${until}T23:59:59.999Z`) }),
    })),
  }
}

function servedKind(one: {
  readonly kind: string
  readonly apiVersion?: string
  readonly plural?: string
  readonly namespaced?: boolean
}): ServedKind | undefined {
  const [group, version] =
    one.apiVersion === undefined ? [] : one.apiVersion.includes('/') ? one.apiVersion.split('/') : ['', one.apiVersion]
  const known = knownKind(one.kind, group)
  const plural = one.plural ?? known?.plural
  if (plural === undefined || (known === undefined && one.apiVersion === undefined)) return undefined
  return {
    group: group ?? known?.group ?? '',
    version: version ?? known?.version ?? '',
    plural,
    kind: one.kind,
    namespaced: one.namespaced ?? known?.namespaced ?? true,
  }
}
