import { installationOf } from '../domain/estate.ts'
import type { Conclusion } from '../domain/verify.ts'
import { gatewayObjects } from '../facts/gateway-objects.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** §4.7: `kubectl get gateway`, with what it does not show: every listener's condition, the generation, and who the controller is. */
export const gatewayProgrammed = askCenter({
  name: 'gateway-programmed',
  id: 'TC-104',
  group: 'deployment',
  level: 'conditions',
  title: { en: 'gateway and listeners programmed', zh: '网关与监听器已下发' },
  about: {
    en: 'The GatewayClass belongs to the declared controller and is accepted; the Gateway and each of its listeners are Accepted and Programmed for the generation that is live.',
    zh: 'GatewayClass 属于声明的控制器且已接受；Gateway 及其每个监听器在当前代均为 Accepted 与 Programmed。',
  },
  needs: { gatewayObjects },
  evaluate: ({ gatewayObjects: seen }, { topology }) => {
    const { controllerName, namespace } = installationOf(topology)
    const { classes, gateways } = seen.value
    const evidence = (source: string, value: string) => [{ source, at: seen.at, took: seen.took, value }]
    if (gateways.length === 0) return [failed('no-gateway', { namespace }, evidence(`list Gateway in ${namespace}`, 'none'))]
    return gateways.map((gateway): Conclusion => {
      const subject = `${gateway.metadata.namespace ?? ''}/${gateway.metadata.name}`
      const source = `Gateway ${subject}`
      const className = text(record(gateway['spec'])['gatewayClassName']) ?? ''
      const owner = classes.find(({ metadata }) => metadata.name === className)
      const controller = owner === undefined ? 'absent' : (text(record(owner['spec'])['controllerName']) ?? '')
      if (controller !== controllerName)
        return failed('other-controller', { className, controller, wanted: controllerName }, evidence(source, controller), subject)
      const bad = problemOf(gateway)
      if (bad === undefined) return passed('programmed', { listeners: listeners(gateway).length }, evidence(source, 'True'), subject)
      const said = evidence(source, bad.facts['why'] ?? bad.reason)
      return bad.sure ? failed(bad.reason, bad.facts, said, subject) : unsure(bad.reason, bad.facts, said, subject)
    })
  },
  words: {
    programmed: { en: 'programmed, {listeners} listeners', zh: '已下发，{listeners} 个监听器' },
    'no-gateway': { en: 'there is no Gateway in {namespace}', zh: '{namespace} 中没有 Gateway' },
    'other-controller': {
      en: 'its class {className} belongs to {controller}, not to {wanted}\nAnother controller programs this Gateway, or none does.\nNext: kubectl get gatewayclass',
      zh: '其 GatewayClass {className} 属于 {controller}，而非 {wanted}\n由其他控制器下发，或无人下发。\n下一步：kubectl get gatewayclass',
    },
    unreported: { en: '{what} is not reported yet', zh: '{what} 尚未上报' },
    stale: { en: '{what} is reported on an older generation', zh: '{what} 上报的是旧代' },
    'not-programmed': { en: '{what} is False: {why}. {message}', zh: '{what} 为 False：{why}。{message}' },
    undecided: { en: '{what} is Unknown: {why}', zh: '{what} 为 Unknown：{why}' },
  },
})

const listeners = (gateway: KubeObject): readonly unknown[] => list(record(gateway['spec'])['listeners'])

type Problem = { readonly facts: Readonly<Record<string, string>> } & (
  | { readonly sure: true; readonly reason: 'not-programmed' }
  | { readonly sure: false; readonly reason: 'unreported' | 'stale' | 'undecided' }
)

/** The first condition of the Gateway or of a listener that does not say True of what is live. */
function problemOf(gateway: KubeObject): Problem | undefined {
  const generation = gateway.metadata.generation ?? 0
  const status = record(gateway['status'])
  const reports = list(status['listeners']).map(record)
  const places: readonly (readonly [string, unknown])[] = [
    ['', status['conditions']],
    ...listeners(gateway).map((one): [string, unknown] => {
      const name = text(record(one)['name']) ?? ''
      return [`listener ${name} `, reports.find((report) => report['name'] === name)?.['conditions']]
    }),
  ]
  for (const [place, conditions] of places) {
    for (const type of ['Accepted', 'Programmed']) {
      const found = list(conditions)
        .map(record)
        .find((one) => one['type'] === type)
      const problem = ofCondition(`${place}${type}`, found, generation)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

function ofCondition(what: string, found: Readonly<Record<string, unknown>> | undefined, generation: number): Problem | undefined {
  if (found === undefined) return { sure: false, reason: 'unreported', facts: { what } }
  const { status, reason, message, observedGeneration } = found
  if (typeof observedGeneration === 'number' && observedGeneration < generation) return { sure: false, reason: 'stale', facts: { what } }
  if (status === 'True') return undefined
  const facts = { what, why: text(reason) ?? '', message: text(message) ?? '' }
  return status === 'False' ? { sure: true, reason: 'not-programmed', facts } : { sure: false, reason: 'undecided', facts }
}
