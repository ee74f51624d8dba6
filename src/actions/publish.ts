import { collectFindings, overrideOf, type Findings } from '../domain/guards.ts'
import { NO_OBJECTS, wantName, type ObjectWant } from '../domain/object-want.ts'
import type { Words } from '../domain/words.ts'
import { defineAction, type ActionPlan, type Situation } from './action.ts'
import { planObjects } from './objects-plan.ts'
import { ageOf, firstNames, sayOfPublishing } from './remote.ts'
import * as z from './shape.ts'
import { switchPlan } from './shift-weights.ts'

/** The second of the two steps before both home centers are left: what the remote lacks is created there. Nothing is changed or removed. */
export const publish = defineAction({
  name: 'publish',
  summary: {
    en: 'Before all home centers are left: creates in the remote what it lacks of theirs, as a home center that can be read has it, else as it was saved last. Changes and removes nothing.',
    zh: '在离开全部主地域中心之前：将异地缺少的对象发布过去，来源为仍可读取的主中心，否则为最近一次保存的快照；不修改、不删除任何对象。',
  },
  objects: 'publish',
  input: z.object({ out: z.array(z.string(), 1) }),
  plan: ({ out }, situation) => {
    const { objects: work = NO_OBJECTS, mode, overrides } = situation
    const findings = collectFindings(mode, overrides)
    const sealed = new Set(work.sealed)
    const missing = work.wants.filter((want) => (want.verdict === 'create' || work.recorded === true) && !sealed.has(want)).toSorted(byNeed)
    const chosen = overrideOf('remote-behind', mode, overrides) === undefined ? missing : []
    const centers = [...new Set(missing.map(({ center }) => center))]
    for (const [center, wants] of Map.groupBy(missing, (want) => want.center)) {
      const facts = { center, objects: wants.length, named: firstNames(wants) }
      if (chosen.length === 0) findings.say('not-published', 'warn', { center }, facts)
      else if (work.at !== undefined)
        findings.say('publish-saved', 'warn', { center }, { ...facts, source: work.comparedWith ?? '', age: ageOf(work.at, situation.now) })
      else if (work.comparedWith !== undefined) findings.say('publish-live', 'warn', { center }, { ...facts, source: work.comparedWith })
    }
    // Notes of objects that stay as they are concern nobody here.
    const notes = work.notes.filter(({ reason }) => reason === 'changed-since')
    const made = planObjects(chosen, centers, { ...work, notes, unread: [] }, findings, situation)
    return made.intents.length === 0 ? { ...made, danger: 'none', needs: [] } : withSwitch(made, out, situation, findings)
  },
})

/** One screen and one question for both: what is created, and the switch that follows. A switch that will be refused publishes nothing. */
function withSwitch(made: ActionPlan, out: readonly string[], situation: Situation, findings: Findings): ActionPlan {
  sayOfPublishing(situation, findings)
  const follows = switchPlan(out, situation)
  const refused = follows.findings.some(({ effect }) => effect === 'refuse')
  return {
    ...follows,
    intents: refused ? [] : made.intents,
    findings: [...findings.all(), ...follows.findings],
    next: follows.intents,
  }
}

/** What a gateway needs for the routes that the switch changes comes first, for time may run out. */
const NEEDED = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'Service',
  'McpBridge',
  'WasmPlugin',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'Ingress',
  'VirtualService',
]

function byNeed({ served: { kind: a } }: ObjectWant, { served: { kind: b } }: ObjectWant): number {
  const rank = (kind: string): number => (NEEDED.includes(kind) ? NEEDED.indexOf(kind) : NEEDED.length)
  return rank(a) - rank(b)
}

/** What was not begun when the time was up. */
export function unpublished(wants: readonly Pick<ObjectWant, 'center' | 'served' | 'namespace' | 'name'>[], seconds: number): Findings {
  const findings = collectFindings('emergency', [])
  for (const [center, mine] of Map.groupBy(wants, (want) => want.center)) {
    const named = mine.map((want) => wantName(want)).join(', ')
    findings.say('not-in-time', 'leave', { center }, { center, objects: mine.length, named, seconds })
  }
  return findings
}

export const publishWords = {
  'publish-saved': {
    en: '{center} lacks {objects} objects of {source} as saved {age} ago; they are created first: {named}',
    zh: '{center} 缺少 {source} 在 {age} 前保存的 {objects} 个对象，将先行创建：{named}',
  },
  'publish-live': {
    en: '{center} lacks {objects} objects that {source} has now; they are created first: {named}',
    zh: '{center} 缺少 {source} 当前的 {objects} 个对象，将先行创建：{named}',
  },
  'not-published': {
    en: '{center} lacks {objects} objects ({named}); remote-behind is overridden, so they are not published',
    zh: '{center} 缺少 {objects} 个对象（{named}）；remote-behind 已被跳过，不会发布',
  },
  'not-in-time': {
    en: '{center}: {objects} objects were not created within {seconds} s and the switch went on: {named}',
    zh: '{center}：{objects} 个对象未能在 {seconds} 秒内创建，已继续切换：{named}',
  },
} satisfies Words
