import type { Change, Edit, Location, PatchOperation } from '../domain/change.ts'
import type { RuleTarget, WeightsIntent } from '../domain/intent.ts'
import { canonical } from '../domain/canonical.ts'
import { encodeMark } from '../domain/mark-codec.ts'
import { MARK_ANNOTATION } from '../domain/mark.ts'
import type { Route, Rule } from '../domain/route.ts'
import { servicesOf, targetWeights, weightsOf } from '../domain/rule-plan.ts'
import { inOrder, type Topology } from '../domain/topology.ts'
import { gatewayKindOf } from '../gateways/index.ts'
import type { KubeObject } from '../ports/cluster.ts'

/**
 * One atomic JSON Patch of one object: tests of every edited rule's matches and whole list of backends, and of the mark, exactly as read; then the new lists and the mark.
 * Fields of a backend that are not its weight stay as they are. resourceVersion is not tested, for every status write of a controller moves it.
 */
export function prepareWeights(intent: WeightsIntent, route: Route, topology: Topology, id: string): Change {
  const edited = intent.rules.flatMap((target) => {
    const rule = route.rules.find(({ key }) => key === target.key)
    return rule === undefined ? [] : [{ rule, target, refs: rawRefs(rule, target) }]
  })
  const mark = intent.mark === null ? undefined : encodeMark(intent.mark)
  return {
    id,
    effect: 'patch',
    center: intent.center,
    object: intent.object,
    edits: edited.flatMap(({ rule, target }) => editsOf(topology, route, rule, target)),
    patch: [
      ...edited.flatMap(({ rule }) => testsOf(rule)),
      ...markTests(route),
      ...edited.map(({ rule, refs }): PatchOperation => ({ op: 'replace', path: `/spec/rules/${rule.index}/backendRefs`, value: refs })),
      ...markWrites(route, mark),
    ],
    before: stateText(
      edited.map(({ rule }) => ({ key: rule.key, backendRefs: rule.rawBackendRefs })),
      route.rawMark,
    ),
    after: stateText(
      edited.map(({ rule, refs }) => ({ key: rule.key, backendRefs: refs })),
      mark,
    ),
    intent,
    inverse: {
      ...intent,
      rules: edited.map(({ rule, target }) => inverseOf(rule, target)),
      mark: route.mark.state === 'marked' ? route.mark.mark : null,
    },
  }
}

/** Where a live object is, as this change sees it. Rules are found by their matches, never by index. */
export function locateWeights(change: Change, object: KubeObject): Location {
  if (change.intent.kind !== 'weights') return 'unknown'
  const wanted = new Set(change.intent.rules.map(({ key }) => key))
  const rules = gatewayKindOf(change.object.kind)
    .rawRules(object)
    .filter(({ key }) => wanted.has(key))
  const now = stateText(rules, object.metadata.annotations?.[MARK_ANNOTATION])
  return now === change.after ? 'after' : now === change.before ? 'before' : 'neither'
}

/** The same write for people: one line that can be pasted into a POSIX shell. */
export function kubectlEquivalent(change: Change, context: string): string {
  const { kind, namespace, name } = change.object
  const words = [
    'kubectl',
    '--context',
    context,
    '-n',
    namespace,
    'patch',
    kind.toLowerCase(),
    name,
    '--type=json',
    '-p',
    JSON.stringify(change.patch),
  ]
  return words.map(shellWord).join(' ')
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function rawRefs(rule: Rule, target: RuleTarget): readonly unknown[] {
  const raw = rule.rawBackendRefs as readonly Readonly<Record<string, unknown>>[]
  return target.refs.map(({ id, weight, add }) => {
    const index = rule.backends.find((ref) => ref.id === id)?.index
    const { weight: _weight, ...rest }: Readonly<Record<string, unknown>> = index === undefined ? { ...add } : { ...raw[index] }
    if (weight === 'absent') return rest
    return index === undefined ? { ...rest, weight } : { ...raw[index], weight }
  })
}

function testsOf(rule: Rule): readonly PatchOperation[] {
  const at = `/spec/rules/${rule.index}`
  return [
    { op: 'test', path: `${at}/matches`, value: rule.rawMatches ?? null },
    { op: 'test', path: `${at}/backendRefs`, value: rule.rawBackendRefs ?? null },
  ]
}

const MARK_PATH = `/metadata/annotations/${MARK_ANNOTATION.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Absence is tested with `null`; where there is no map at all, so that it can be added whole without wiping what another wrote. */
function markTests({ rawMark, hasAnnotations }: Route): readonly PatchOperation[] {
  return [
    hasAnnotations ? { op: 'test', path: MARK_PATH, value: rawMark ?? null } : { op: 'test', path: '/metadata/annotations', value: null },
  ]
}

function markWrites({ rawMark, hasAnnotations }: Route, mark: string | undefined): readonly PatchOperation[] {
  if (mark === undefined) return rawMark === undefined ? [] : [{ op: 'remove', path: MARK_PATH }]
  if (!hasAnnotations) return [{ op: 'add', path: '/metadata/annotations', value: { [MARK_ANNOTATION]: mark } }]
  return [{ op: rawMark === undefined ? 'add' : 'replace', path: MARK_PATH, value: mark }]
}

/** Canonical text of rules and mark, with the defaults that an API server writes in, so that they make no difference. */
function stateText(rules: readonly { readonly key: string; readonly backendRefs: unknown }[], mark: string | undefined): string {
  const lists = rules.map(({ key, backendRefs }): [string, unknown] => [
    key,
    Array.isArray(backendRefs) ? backendRefs.map((ref: object) => ({ group: '', kind: 'Service', weight: 1, ...ref })) : null,
  ])
  return canonical({ rules: Object.fromEntries(lists), mark: mark ?? null })
}

function inverseOf(rule: Rule, target: RuleTarget): RuleTarget {
  const kept = new Set(target.refs.filter(({ add }) => add === undefined).map(({ id }) => id))
  return {
    key: rule.key,
    refs: rule.backends.map(({ id, declared, backend }) => ({
      id,
      weight: declared ?? 'absent',
      ...(kept.has(id) ? {} : { add: backend }),
    })),
  }
}

/** One edit a service: screens show weights by center. */
function editsOf(topology: Topology, route: Route, rule: Rule, target: RuleTarget): readonly Edit[] {
  const after = targetWeights(topology, route.namespace, rule, target.refs)
  const services = servicesOf(rule)
  const unmanaged = rule.backends.filter(({ member }) => member === undefined).length
  return services.map((service) => {
    const [was, is] = [weightsOf(rule.backends, service), weightsOf(after, service)]
    return {
      where: services.length === 1 ? rule.key : `${rule.key} · ${service}`,
      before: was,
      after: is,
      added: inOrder(
        topology,
        Object.keys(is).filter((center) => was[center] === undefined),
      ),
      removed: inOrder(
        topology,
        Object.keys(was).filter((center) => is[center] === undefined),
      ),
      unmanaged,
    }
  })
}
