import type { RunOutcome, WorldState } from '../domain/outcome.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import type { Run, StepResult, Verdict } from './run.ts'

const SIGNALS = new Set(['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * What a run answers: the worst of everything that may be said of it, 6 over 5 over 1 over 4 over 7 over 0; refusals before any write and signals stand alone.
 * A center of the situation is never needed, so its deferred part alone is not a lack.
 */
export function outcomeOf(run: Run, result: StepResult): RunOutcome {
  const { state, mode } = run
  const has = (verdict: Verdict): boolean => state.verdicts.has(verdict)
  if (run.request.dryRun) return { answer: has('refused') ? 'refused' : 'yes', world: 'untouched' }
  const world = worldOf(run, result)
  if (has('stopped')) return { answer: signalOf(run), world }
  if (leftByUndo(run)) return { answer: 'yes', world: 'partial' }
  if (mode === 'drill' && state.overtaken && world !== 'partial') return { answer: 'inconclusive', world }
  // Nothing written because of guards, or because the API server rejected all of it: clients may be well all the same, and nothing was switched.
  if (state.left.length > 0 && state.written === 0 && !has('inconclusive') && mode !== 'drill')
    return { answer: 'refused', world: 'untouched' }
  if (world === 'partial') return { answer: 'failed', world }
  if (has('refused')) return { answer: 'refused', world }
  if (has('brought-back')) return { answer: 'failed', world: 'restored' }
  if (has('no')) return { answer: 'no', world }
  if (result === 'failed' && state.written === 0) return { answer: 'refused', world: 'untouched' }
  const live = standing(run)
  if (live !== undefined) return { answer: live.drifted.length > 0 ? 'no' : 'inconclusive', world }
  if (needed(run).length > 0) return { answer: 'unreachable', world }
  // A drill that could not go on proved nothing; everything is back.
  const halted = mode === 'drill' && result === 'failed'
  if (has('inconclusive') || halted || result === 'unknown' || run.request.restoreOnly === true) return { answer: 'inconclusive', world }
  return { answer: 'yes', world }
}

function worldOf(run: Run, result: StepResult): WorldState {
  const { state, mode } = run
  if (state.verdicts.has('unrestored')) return 'partial'
  if (mode === 'drill') return state.overtaken || state.written > 0 ? 'restored' : 'untouched'
  if (state.left.length > 0 && state.written > 0) return 'partial'
  if (state.written === 0) return 'untouched'
  // Half of it stands from before: a refusal of the rest leaves it there.
  if (run.request.resumeAt !== undefined && state.verdicts.has('refused')) return 'partial'
  if (state.verdicts.has('brought-back')) return 'restored'
  // An emergency that was written and did not help, or any change that stopped half-way, needs a person.
  if (mode === 'emergency' && state.verdicts.has('no')) return 'partial'
  if (result === 'failed') return 'partial'
  return 'as-planned'
}

/** Somebody has deployed since: shown, left, and a person's business, even where nothing else was to be taken back. */
export function leftByUndo({ state, request }: Run): boolean {
  return state.left.length > 0 && state.verdicts.size === 0 && request.verb === 'undo' && request.runbook.name === 'undo-deploy'
}

/** What a deploy that had nothing to write knows of the live objects: those that are not as the chart has them, and centers whose could not be read. Undefined: all are well. */
function standing({ request, state, journal }: Run): Standing | undefined {
  if (request.verb !== 'deploy' || state.written > 0) return undefined
  const plans = journal.records.filter((record) => record.type === 'planned')
  const stays = plans.flatMap(({ findings }) => findings.filter(({ reason }) => reason === 'drift-stays'))
  const views = plans.flatMap(({ deploy }) => deploy?.releases ?? [])
  const unread = views.filter(({ live }) => live === 'unread').map(({ center }) => center)
  if (stays.length === 0 && unread.length === 0) return undefined
  const objects = [...new Set(stays.flatMap(({ facts }) => facts['objects'] as readonly string[]))]
  return { drifted: [...new Set(stays.flatMap(({ where }) => where.center ?? []))], objects, unread: [...new Set(unread)] }
}

interface Standing {
  readonly drifted: readonly CenterName[]
  readonly objects: readonly string[]
  readonly unread: readonly CenterName[]
}

/** Unread clusters of centers that are not out: what was needed and could not be had. */
function needed(run: Run): readonly string[] {
  return [...run.state.deferred.keys()].filter((center) => !run.state.away.has(center))
}

/** Nothing was there to change: says what was found instead. */
export function nothingToDo(run: Run): Run['state']['last'] {
  const rules = run.state.census.reduce((sum, one) => sum + one.rules, 0)
  const centers = run.topology.centers.map(({ name }) => name).filter((name) => run.state.out.has(name))
  if (run.request.verb === 'deploy' || (run.request.verb === 'undo' && run.request.runbook.name === 'undo-deploy'))
    return releasesStand(run, centers)
  if (run.request.runbook.name.endsWith('reconcile')) {
    // What is left to be changed had to be left: that is the answer, and not that all is well.
    const [left] = run.state.left
    return left === undefined
      ? { reason: 'objects-alike', facts: { centers: centers.join(', ') } }
      : { reason: left.reason, facts: left.facts }
  }
  if (run.mode === 'emergency' && rules > 0) return { reason: 'no-weight-left', facts: { centers, rules } }
  if (run.request.verb === 'failback' && run.state.away.size === 0) return { reason: 'nothing-out', facts: { centers } }
  return { reason: 'already-there', facts: { rules } }
}

function releasesStand(run: Run, centers: readonly string[]): Run['state']['last'] {
  const { drifted = [], objects = [], unread = [] } = standing(run) ?? {}
  if (drifted.length > 0) return { reason: 'releases-drifted', facts: { centers: drifted.join(', '), objects: objects.join(', ') } }
  if (unread.length > 0) return { reason: 'releases-unsure', facts: { centers: unread.join(', ') } }
  return { reason: 'releases-as-wanted', facts: { centers: centers.join(', ') } }
}

function signalOf(run: Run): RunOutcome['answer'] {
  const name = String(run.deps.interrupt.reason)
  return { signal: (SIGNALS.has(name) ? name : 'SIGINT') as 'SIGINT' }
}

/** The commands that a person may paste next, most useful first. */
export function nextCommands(run: Run, { answer, world }: RunOutcome): readonly string[] {
  const { state, id, mode } = run
  if (leftByUndo(run)) return []
  const next: string[] = []
  const deferred = [...state.deferred.keys()]
  if (world === 'partial' || (typeof answer === 'object' && state.written > 0)) {
    next.push(`tricenter resume ${id}`)
    if (mode !== 'drill') next.push(`tricenter undo ${id}`)
  }
  const { drifted = [] } = standing(run) ?? {}
  const right = run.topology.centers.map(({ name }) => name).find((name) => !drifted.includes(name))
  if (drifted.length > 0 && right !== undefined) next.push(`tricenter sync --from ${right} --center ${drifted.join(',')}`)
  for (const center of deferred) next.push(`tricenter sync --center ${center} --wait`)
  const origin = state.origins.get('')
  if (mode === 'emergency' && answer === 'yes' && origin !== undefined && state.written > 0) {
    next.push(`tricenter failback --center ${origin.situation.join(',')}`)
  }
  if (answer === 'refused' && state.last.reason.startsWith('survivor') && origin === undefined) {
    const wider = state.last.facts['wider']
    if (state.last.reason === 'survivor-not-serving-wider' && Array.isArray(wider))
      next.push(`tricenter failover --center ${wider.join(',')}`)
  }
  return next
}

export const endingWords = {
  done: { en: 'done', zh: '完成' },
  'stopped-by-signal': { en: 'what was in hand is finished', zh: '已完成进行中的改动' },
  'no-weight-left': {
    en: 'Nothing to do: no weight of {centers} is left in {rules} of {rules} reachable rules.',
    zh: '无需操作：在可达的 {rules} 条规则中，{centers} 均已无权重。',
  },
  'nothing-out': {
    en: 'Nothing to do: no mark says that {centers} is out. To bring weights to the normal ratio all the same: tricenter failback --to normal',
    zh: '无需操作：没有标记表明 {centers} 被摘除。如需恢复常态比例：tricenter failback --to normal',
  },
  'releases-drifted': {
    en: 'Nothing that Helm could do: the releases are as wanted, and in {centers} these are not as the chart has them: {objects}.',
    zh: 'Helm 无可操作：发布均已符合目标，但 {centers} 的以下对象与 Chart 不一致：{objects}。',
  },
  'releases-unsure': {
    en: 'Nothing to do by the releases; whether live objects of {centers} are as the chart has them could not be read.',
    zh: '按发布无需操作；但无法读取 {centers} 的线上对象是否与 Chart 一致。',
  },
  'releases-as-wanted': { en: 'Nothing to do: the releases of {centers} are as wanted.', zh: '无需操作：{centers} 的发布均已符合目标。' },
  'objects-alike': { en: 'Nothing to do: objects are as wanted.', zh: '无需操作：对象均已符合目标。' },
  'left-by-undo': { en: 'What somebody else has deployed since is left as it is', zh: '此后他人的部署保持原样' },
  'already-there': { en: 'Nothing to do: {rules} of {rules} rules are as wanted.', zh: '无需操作：{rules} 条规则均已符合目标。' },
  overtaken: { en: '{center}: {object} carries the mark of another run by now', zh: '{center}：{object} 已带有另一次运行的标记' },
  'drill-overtaken': {
    en: 'run {later} switched for real during the drill; the fault is restored, and no weight was moved any more',
    zh: '演练期间运行 {later} 进行了真实切换；故障已恢复，权重不再改动',
  },
  'stale-plan': {
    en: 'Will not go on: stale-plan. {object} in {center} changed between plan and write.\nSomebody else edits it.\nLook, then plan again: tricenter status',
    zh: '停止：stale-plan。{center} 的 {object} 在计划与写入之间发生了变化。\n有他人正在修改。\n请查看后重新计划：tricenter status',
  },
  'changed-under-plan': {
    en: '{object} in {center} changed between plan and write; left as it is',
    zh: '{center} 的 {object} 在计划与写入之间发生了变化，保持原样',
  },
  'write-rejected': { en: '{object} in {center}: the API server rejected the change', zh: '{center} 的 {object}：API 服务器拒绝了修改' },
  'saved-plan-stale': {
    en: 'Will not apply the saved plan: stale-plan.\nWhat it was made for is not what is there now.\nMake a new one: --dry-run --plan-out FILE',
    zh: '不会执行保存的计划：stale-plan。\n现状与制定计划时不同。\n请重新生成：--dry-run --plan-out FILE',
  },
  'not-confirmed': {
    en: 'Will not go on without confirmation.\nNobody can be asked here: this is no terminal.\nSay it beforehand: --confirm={value}',
    zh: '未确认，不会继续。\n此处没有终端，无法询问。\n请预先声明：--confirm={value}',
  },
  'wrong-value': {
    en: 'Will not go on: {given} was typed, {value} was asked for. Nothing was changed.',
    zh: '不会继续：输入了 {given}，应为 {value}。未做任何改动。',
  },
  'interrupted-restore': { en: '{signal}: finishing the change in hand, then restoring', zh: '{signal}：完成当前改动后恢复' },
  'interrupted-stop': { en: '{signal}: finishing the change in hand, then stopping', zh: '{signal}：完成当前改动后停止' },
  late: { en: 'no answer yet', zh: '尚无响应' },
} satisfies Words
