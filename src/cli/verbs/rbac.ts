import { questions } from '../../checks/questions.ts'
import { fault } from '../../domain/fault.ts'
import type { Topology } from '../../domain/topology.ts'
import { policyRules, rightsOf, verbsWithRights, type VerbWithRights } from '../../engine/rights.ts'
import type { Right } from '../../ports/cluster.ts'
import type { Context } from '../context.ts'
import { text, unknown } from './request.ts'
import { stringify } from './yaml-text.ts'

type Options = Readonly<Record<string, unknown>>
type Subject = Readonly<Record<string, string>>

/** The least roles of a verb, for every cluster alike: a ClusterRole, and a Role in each namespace where that is enough; bound where a subject is named. */
export function printRbac(context: Context, topology: Topology, verb: string, options: Options, compared: readonly Right[]): number {
  if (!isVerb(verb)) throw unknown('unknown-verb', verb, verbsWithRights)
  const subject = subjectOf(options)
  const rights = rightsOf(verb, topology, { questions, compared })
  const namespaces = [undefined, ...new Set(rights.flatMap(({ namespace }) => namespace ?? []))]
  const objects = namespaces.flatMap((namespace) => {
    const rules = policyRules(rights.filter((right) => right.namespace === namespace))
    return rules.length === 0 ? [] : roleObjects(`tricenter-${verb}`, namespace, rules, subject)
  })
  if (context.flags.output === 'json') {
    context.stdout.write(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`)
    return 0
  }
  const note = verb === 'deploy' ? '# Helm itself needs, beyond these, the rights to everything that the chart holds.\n' : ''
  context.stdout.write(note + objects.map((object) => stringify(object)).join('---\n'))
  return 0
}

const isVerb = (verb: string): verb is VerbWithRights => (verbsWithRights as readonly string[]).includes(verb)

function roleObjects(
  name: string,
  namespace: string | undefined,
  rules: readonly object[],
  subject: Subject | undefined,
): readonly object[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const kind = namespace === undefined ? 'ClusterRole' : 'Role'
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name }
  return [
    { apiVersion, kind, metadata, rules },
    ...(subject === undefined ? [] : [{ apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects: [subject] }]),
  ]
}

function subjectOf(options: Options): Subject | undefined {
  const given = (['user', 'group', 'serviceAccount'] as const).filter((name) => text(options[name]) !== undefined)
  const [kind] = given
  if (kind === undefined) return undefined
  if (given.length > 1) throw fault('usage', 'several-subjects')
  const name = text(options[kind]) ?? ''
  if (kind !== 'serviceAccount') return { apiGroup: 'rbac.authorization.k8s.io', kind: kind === 'user' ? 'User' : 'Group', name }
  const [namespace, account, more] = name.split('/')
  if (namespace === undefined || account === undefined || account === '' || more !== undefined)
    throw fault('usage', 'bad-account', { given: name })
  return { kind: 'ServiceAccount', namespace, name: account }
}
