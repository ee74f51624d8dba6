import { badRequest } from './api-error.ts'
import { isMap, type KubeObject, type Tree } from './json.ts'

export type Matcher = (object: KubeObject) => boolean

const name = '[A-Za-z0-9][-A-Za-z0-9_./]*'
const setTerm = new RegExp(`^(${name})\\s+(in|notin)\\s*\\(([^)]*)\\)$`)
const equalTerm = new RegExp(`^(${name})\\s*(==|=|!=|>|<)\\s*([-A-Za-z0-9_.]*)$`)
const presenceTerm = new RegExp(`^(!?)\\s*(${name})$`)

/** Parses a label selector as kubectl writes it: `a=b,c!=d,e in (f,g),!h`. */
export function labelMatcher(selector: string | null | undefined): Matcher | undefined {
  if (!selector) return undefined
  const terms = selector.split(/,(?![^(]*\))/).map((term) => labelTerm(term.trim(), selector))
  return ({ metadata: { labels = {} } }) => terms.every((holds) => holds(labels))
}

function labelTerm(term: string, selector: string): (labels: Tree) => boolean {
  const set = setTerm.exec(term)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (labels) => values.includes(labels[key]) === (operator === 'in')
  }
  const equal = equalTerm.exec(term)
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal
    if (operator === '>') return (labels) => Number(labels[key]) > Number(value)
    if (operator === '<') return (labels) => Number(labels[key]) < Number(value)
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  const presence = presenceTerm.exec(term)
  if (presence === null) throw badRequest(`unable to parse requirement: found '${term}' in label selector '${selector}'`)
  const [, not, key = ''] = presence
  return (labels) => Object.hasOwn(labels, key) === (not === '')
}

/** The selector of a workload or Service as an object: `{matchLabels, matchExpressions}`. An empty one matches everything. */
export function matchesSelector(selector: Tree, labels: Tree = {}): boolean {
  const equal = Object.entries(selector['matchLabels'] ?? {}).every(([key, value]) => labels[key] === value)
  return equal && (selector['matchExpressions'] ?? []).every((term: Tree) => matchesExpression(term, labels))
}

function matchesExpression({ key, operator, values = [] }: Tree, labels: Tree): boolean {
  if (operator === 'Exists') return Object.hasOwn(labels, key)
  if (operator === 'DoesNotExist') return !Object.hasOwn(labels, key)
  return values.includes(labels[key]) === (operator === 'In')
}

const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
    .map((field) => `involvedObject.${field}`)
    .concat('reason', 'reportingComponent', 'source', 'type'),
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
}

/** Parses a field selector; only the few fields that the real server indexes may be asked for. */
export function fieldMatcher(selector: string | null | undefined, kind: string): Matcher | undefined {
  if (!selector) return undefined
  const terms = selector.split(',').map((term) => {
    const [, path = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? []
    const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind] ?? [])].includes(path)
    if (!known)
      throw badRequest(
        operator === undefined ? `invalid selector: '${selector}'; can't understand '${term}'` : `field label not supported: ${path}`,
      )
    const keys = path.split('.')
    return (object: KubeObject) => (String(valueAt(object, keys) ?? '') === value) === (operator !== '!=')
  })
  return (object) => terms.every((holds) => holds(object))
}

export const valueAt = (tree: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), tree)

/** Both must hold; undefined when there is nothing to hold, which spares the filtering. */
export function both(a: Matcher | undefined, b: Matcher | undefined): Matcher | undefined {
  return a && b ? (object) => a(object) && b(object) : (a ?? b)
}
