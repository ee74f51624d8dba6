import type { Observation } from './observation.ts'
import type { Serving, WorkloadState } from './sighting.ts'
import type { CenterName, Service, ServiceName, Topology } from './topology.ts'
import type { Words } from './words.ts'

export interface ServingInput {
  readonly topology: Topology
  readonly center: CenterName
  readonly workloads: Observation<readonly WorkloadState[]>
  readonly gateway: Observation<{ readonly status: number }>
  /** Up to 20 requests through the center's own gateway; absent where its routes give it no weight, or nothing can be probed. */
  readonly probes?: readonly { readonly service: ServiceName; readonly ok: boolean; readonly center?: CenterName }[]
  /** Shares (0–1) that its own routes give the center, in the rule that each service's probe meets. Absent: the probes must name it. */
  readonly ownShares?: Readonly<Record<ServiceName, number>>
}

/** With this chance, or less, 20 requests miss a center by luck: only then is being missed a proof. */
const BY_LUCK = 0.01

/**
 * Proved serving: enough ready replicas of every service, the own gateway answers (any status), and, where own routes send requests, one of the probes named the center.
 * Errors of other centers say nothing against it. What cannot be read is `unknown`, which is not `no`.
 */
export function servingOf(input: ServingInput): Serving {
  const { topology, center, workloads, gateway, probes } = input
  if (gateway.state === 'unreachable' || gateway.state === 'absent') return no('gateway-no-answer', { center })
  const services = topology.services.filter(({ backends }) => backends[center] !== undefined)
  if (services.length === 0) return no('no-backend', { center })
  if (workloads.state === 'present') {
    for (const service of services) {
      const ready = workloads.value.filter((state) => state.service === service.name).reduce((sum, state) => sum + state.ready, 0)
      const declared = (service.workloads[center] ?? []).length > 0
      if (declared && ready < service.minReady) return no('not-ready', { center, service: service.name, ready, minReady: service.minReady })
    }
  }
  const unnamed = services.find((service) => isMissed(input, service))
  if (unnamed !== undefined) return no('not-named', { center, service: unnamed.name, asked: asked(input, unnamed.name).length })
  if (gateway.state !== 'present') return { verdict: 'unknown', reason: 'gateway-unread', facts: { center, why: gateway.why } }
  if (workloads.state !== 'present') {
    return {
      verdict: 'unknown',
      reason: 'workloads-unread',
      facts: { center, why: workloads.state === 'absent' ? 'absent' : workloads.why },
    }
  }
  const blind = services.find((service) => (service.workloads[center] ?? []).length === 0)
  if (blind !== undefined) return { verdict: 'unknown', reason: 'no-workload', facts: { center, service: blind.name } }
  const named = probes?.some((probe) => probe.ok && probe.center === center) ?? false
  return { verdict: 'yes', reason: named ? 'named' : 'ready', facts: { center } }
}

/** Was the center sent requests through its own gateway and yet named by none, which cannot be chance? */
function isMissed(input: ServingInput, { name }: Service): boolean {
  const mine = asked(input, name)
  if (mine.length === 0 || mine.some(({ ok, center }) => ok && center === input.center)) return false
  const share = input.ownShares === undefined ? 1 : (input.ownShares[name] ?? 0)
  return (1 - share) ** mine.length <= BY_LUCK
}

function asked({ probes }: ServingInput, service: ServiceName) {
  return (probes ?? []).filter((probe) => probe.service === service)
}

function no(reason: string, facts: Serving['facts']): Serving {
  return { verdict: 'no', reason, facts }
}

export const servingWords = {
  named: { en: 'serving: a request named {center}', zh: '提供服务：有请求由 {center} 应答' },
  ready: { en: 'ready, and its gateway answers', zh: '已就绪，网关有应答' },
  'gateway-no-answer': { en: 'its gateway does not answer', zh: '网关无应答' },
  'no-backend': { en: 'no service has a backend there', zh: '没有服务在此中心声明后端' },
  'not-ready': { en: '{service}: {ready} ready, {minReady} are needed', zh: '{service}：就绪 {ready}，至少需要 {minReady}' },
  'not-named': {
    en: '{service}: none of {asked} requests through its own gateway was answered by it',
    zh: '{service}：经其网关的 {asked} 个请求均非由其应答',
  },
  'gateway-unread': { en: 'cannot tell: its gateway could not be asked ({why})', zh: '无法判断：无法询问其网关（{why}）' },
  'workloads-unread': { en: 'cannot tell: its workloads could not be read ({why})', zh: '无法判断：无法读取其工作负载（{why}）' },
  'no-workload': { en: 'cannot tell: {service} declares no workload there', zh: '无法判断：{service} 未在此声明工作负载' },
  'not-read': { en: 'cannot tell: it was not looked at', zh: '无法判断：未观察' },
  late: { en: 'cannot tell: it had not answered when the plan closed', zh: '无法判断：计划截止时仍未应答' },
} satisfies Words
