import type { Finding, GuardName } from './finding.ts'
import type { Sighting } from './sighting.ts'
import type { CenterName } from './topology.ts'
import type { Words } from './words.ts'

/** Owners that put replicas back, or fight a scale to 0. */
const REVERTING = new Set(['argo-cd', 'flux', 'flagger', 'rollouts', 'keda'])

interface Input {
  readonly sightings: readonly Sighting[]
  readonly lab: boolean
  readonly overrides: readonly { readonly guard: GuardName; readonly reason: string }[]
}

/** What speaks against making a drill's fault in these centers: workloads unread, absent, already at 0, marked by another drill, or owned by something that would fight it. */
export function faultGuards(input: Input, centers: readonly CenterName[], kind: 'scale' | 'lost'): readonly Finding[] {
  const findings: Finding[] = []
  const refuse = (guard: GuardName | undefined, reason: string, center: CenterName, facts: Finding['facts']): void => {
    const override = guard === undefined ? undefined : input.overrides.find((one) => one.guard === guard)
    findings.push({
      ...(guard === undefined ? {} : { guard }),
      reason,
      facts: { center, ...facts },
      where: { center },
      effect: override === undefined ? 'refuse' : 'warn',
      ...(override === undefined ? {} : { overridden: override.reason }),
    })
  }
  if (kind === 'lost' && !input.lab) for (const center of centers) refuse(undefined, 'fault-lab-only', center, {})
  for (const { center, routes } of input.sightings) {
    if (routes.state !== 'present') refuse(undefined, 'fault-routes-unread', center, { why: routes.state })
  }
  for (const center of centers) {
    const sighting = input.sightings.find((one) => one.center === center)
    if (sighting?.workloads.state !== 'present') {
      refuse(undefined, 'fault-workloads-unread', center, { why: sighting?.workloads.state ?? 'unread' })
      continue
    }
    for (const state of sighting.workloads.value) {
      const workload = `${state.workload.namespace}/${state.workload.name}`
      if (state.fault !== undefined) refuse('locked', 'fault-other-drill', center, { workload, run: state.fault.run })
      if (state.uid === '') refuse(undefined, 'fault-workload-absent', center, { workload })
      else if (state.desired === 0 && state.fault === undefined) refuse(undefined, 'fault-already-zero', center, { workload })
      const owner = state.owners.find((one) => REVERTING.has(one.kind) || (one.kind === 'manager' && one.name.startsWith('keda')))
      if (kind === 'scale' && owner !== undefined)
        refuse('foreign-owner', 'fault-owner', center, {
          workload,
          owner: owner.kind === 'manager' ? 'keda' : owner.kind,
          name: owner.name,
        })
    }
  }
  return findings
}

export const faultGuardWords = {
  'fault-lab-only': {
    en: '{center}: a whole center can be lost on purpose in a lab only.\nNo lab marker was found in this cluster.\nUse --fault scale.',
    zh: '{center}：只有在实验环境中才能让整个中心失效。\n该集群没有实验环境标记。\n请使用 --fault scale。',
  },
  'fault-workloads-unread': { en: '{center}: its workloads could not be read ({why}).', zh: '{center}：无法读取其工作负载（{why}）。' },
  'fault-routes-unread': { en: '{center}: its routes could not be read ({why}).', zh: '{center}：无法读取其路由（{why}）。' },
  'fault-other-drill': {
    en: '{center}: {workload} is still held by drill {run}.\nEnd it first: tricenter resume {run}',
    zh: '{center}：{workload} 仍被演练 {run} 占用。\n请先结束：tricenter resume {run}',
  },
  'fault-workload-absent': { en: '{center}: workload {workload} does not exist.', zh: '{center}：工作负载 {workload} 不存在。' },
  'fault-already-zero': {
    en: '{center}: {workload} has 0 replicas already: a drill would prove nothing.',
    zh: '{center}：{workload} 的副本数已为 0，演练没有意义。',
  },
  'fault-owner': {
    en: '{center}: {workload} is owned by {owner} ({name}), which would put the replicas back. Pause it first.',
    zh: '{center}：{workload} 由 {owner}（{name}）管理，会自动恢复副本数，请先暂停。',
  },
} satisfies Words
