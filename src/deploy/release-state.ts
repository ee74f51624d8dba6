import type { ReleaseRecovery, ReleaseHistory, Revision } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import type { CenterName, Milliseconds } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'

/** What a release's history means. `deployed`: the last revision that worked, which is what a rollback goes to. */
export type ReleaseState =
  | { readonly kind: 'never-installed' }
  | { readonly kind: 'uninstalled'; readonly last: Revision }
  | { readonly kind: 'deployed'; readonly last: Revision; readonly deployed: Revision }
  /** The last upgrade or rollback failed; what it had applied may be there in part. */
  | { readonly kind: 'failed'; readonly last: Revision; readonly deployed: Revision }
  /** Nothing was ever deployed: a first install that failed. */
  | { readonly kind: 'failed-first'; readonly last: Revision }
  /** Helm ended, or was ended, in the middle: every later call says "another operation is in progress". */
  | { readonly kind: 'stuck'; readonly last: Revision; readonly deployed?: Revision }
  | { readonly kind: 'uninstalling'; readonly last: Revision }
  | { readonly kind: 'unknown'; readonly last: Revision }

/** `undefined`: there is no such release. */
export function releaseState(history: ReleaseHistory | undefined): ReleaseState {
  const last = history?.revisions.toSorted((a, b) => a.revision - b.revision).at(-1)
  if (history === undefined || last === undefined) return { kind: 'never-installed' }
  const deployed = lastDeployed(history)
  switch (last.status) {
    case 'deployed':
      return { kind: 'deployed', last, deployed: last }
    case 'failed':
      return deployed ? { kind: 'failed', last, deployed } : { kind: 'failed-first', last }
    case 'pending-install':
    case 'pending-upgrade':
    case 'pending-rollback':
      return { kind: 'stuck', last, ...(deployed ? { deployed } : {}) }
    case 'uninstalling':
      return { kind: 'uninstalling', last }
    case 'uninstalled':
      return { kind: 'uninstalled', last }
    case 'superseded':
    case 'unknown':
      return { kind: 'unknown', last }
  }
}

/**
 * The revision to go back to: the newest that is `deployed`, else the newest that once was. A rollback that fails leaves none deployed, and marks the failed
 * revision that it came from as superseded too: Helm's description of that one still says that it failed.
 */
export function lastDeployed({ revisions }: Pick<ReleaseHistory, 'revisions'>): Revision | undefined {
  const newest = revisions.toSorted((a, b) => b.revision - a.revision)
  const gone = newest.find(({ status }) => status === 'uninstalled')?.revision ?? 0
  const since = newest.filter(({ revision }) => revision > gone)
  return (
    since.find(({ status }) => status === 'deployed') ??
    since.find(({ status, description }) => status === 'superseded' && !/\bfailed\b/i.test(description))
  )
}

/** `now` and `timeout` in milliseconds: a pending revision younger than `timeout` is not stuck yet. A time that cannot be read counts as old. */
export function recoveryOf(state: ReleaseState, now: Milliseconds, timeout: Milliseconds): ReleaseRecovery {
  switch (state.kind) {
    case 'never-installed':
    case 'uninstalled':
    case 'deployed':
      return { kind: 'none' }
    case 'failed':
      return { kind: 'rollback', revision: state.deployed.revision }
    case 'failed-first':
      return { kind: 'uninstall' }
    case 'stuck':
    case 'uninstalling': {
      const left = timeout - ageOf(state.last, now)
      if (left > 0) return { kind: 'wait', for: left }
      if (state.kind === 'uninstalling') return { kind: 'uninstall' }
      return state.deployed ? { kind: 'rollback', revision: state.deployed.revision } : { kind: 'uninstall' }
    }
    case 'unknown':
      return { kind: 'look' }
  }
}

/** How long ago this revision was last touched, in milliseconds; Infinity: its time cannot be read. A clock that is behind counts as no age. */
export function ageOf({ updated }: Revision, now: Milliseconds): Milliseconds {
  const then = Date.parse(updated)
  return Number.isNaN(then) ? Infinity : Math.max(0, now - then)
}

/** What a preflight says of it: nothing where Helm can go on. A failed upgrade does not stop the next one, so that is a warning. */
export function releaseFindings(center: CenterName, state: ReleaseState, now: Milliseconds, timeout: Milliseconds): readonly Finding[] {
  const recovery = recoveryOf(state, now, timeout)
  if (recovery.kind === 'none') return []
  const last = 'last' in state ? state.last : undefined
  const age = last === undefined ? Infinity : ageOf(last, now)
  const facts = {
    status: last?.status ?? '',
    revision: last?.revision ?? 0,
    ...(recovery.kind === 'rollback' ? { to: recovery.revision } : {}),
    minutes: Number.isFinite(age) ? Math.round(age / 60_000) : '?',
  }
  const where = { center }
  switch (recovery.kind) {
    case 'wait':
      return [{ reason: 'release-busy', effect: 'refuse', facts, where }]
    case 'rollback':
      return state.kind === 'failed'
        ? [{ reason: 'release-failed', effect: 'warn', facts, where }]
        : [{ reason: 'release-stuck', effect: 'refuse', facts, where }]
    case 'uninstall':
      if (state.kind === 'failed-first') return [{ reason: 'release-never-deployed', effect: 'refuse', facts, where }]
      return [{ reason: 'release-stuck-first', effect: 'refuse', facts, where }]
    case 'look':
      return [{ reason: 'release-unclear', effect: 'refuse', facts, where }]
  }
}

/** What a run of ours may have done to a release since it was planned. `base`: the newest revision then, 0 for none. */
export interface ReleaseMove {
  readonly run: string
  readonly base: number
  /** Of a rollback: the revision that it goes to. Helm gives a rollback its own description, which names that and no run. */
  readonly rollbackTo?: number
}

/**
 * Where the world is: `before` = nothing came after the recorded revision; `after` = a later revision is deployed that carries the run's id (a rollback's:
 * that says where it went); `neither` = pending, failed, uninstalled, or somebody else's. Helm writes the run's id only when it succeeds, so a failure
 * cannot be told from another's and is `neither` too. `undefined`: there is no such release.
 */
export function locateRelease(
  history: ReleaseHistory | undefined,
  { run, base, rollbackTo }: ReleaseMove,
): 'before' | 'after' | 'neither' | 'unknown' {
  const revisions = (history?.revisions ?? []).toSorted((a, b) => a.revision - b.revision)
  const last = revisions.at(-1)
  if (last === undefined) return base === 0 ? 'before' : 'neither'
  if (last.status === 'unknown') return 'unknown'
  if (last.revision <= base)
    return last.revision === base && !last.status.startsWith('pending-') && last.status !== 'uninstalling' ? 'before' : 'neither'
  if (last.status !== 'deployed') return 'neither'
  const ours =
    rollbackTo === undefined
      ? carriesRun(last.description, run)
      : carriesRun(last.description, run) || last.description === `Rollback to ${rollbackTo}`
  return ours ? 'after' : 'neither'
}

/** The id as a word of its own: `r-1` is not in `r-12`. */
export function carriesRun(description: string, run: string): boolean {
  return run !== '' && description.split(/[\s,;:()[\]"']+/).includes(run)
}

export const releaseStateWords = {
  'release-busy': {
    en: 'release is {status} since {minutes} min (revision {revision}): somebody may be at work. Wait, or look who runs Helm there',
    zh: '发布处于 {status} 状态已 {minutes} 分钟（修订 {revision}）：可能有人正在操作。请等待，或确认谁在运行 Helm',
  },
  'release-failed': {
    en: 'revision {revision} failed {minutes} min ago; revision {to} is the last that was deployed. The next upgrade goes over what was left; or go back first: rollback to {to}',
    zh: '修订 {revision} 于 {minutes} 分钟前失败；最后成功部署的是修订 {to}。可直接再次升级，或先回滚到 {to}',
  },
  'release-stuck': {
    en: 'release is stuck in {status} (revision {revision}, {minutes} min). It needs a rollback to revision {to}, the last that was deployed: deploy --recover does it first',
    zh: '发布卡在 {status}（修订 {revision}，{minutes} 分钟）。需要回滚到最后成功部署的修订 {to}：deploy --recover 会先执行',
  },
  'release-stuck-first': {
    en: 'release is stuck in {status} (revision {revision}, {minutes} min) and was never deployed. It needs an uninstall: deploy --recover does it first',
    zh: '发布卡在 {status}（修订 {revision}，{minutes} 分钟），且从未部署成功。需要卸载：deploy --recover 会先执行',
  },
  'release-never-deployed': {
    en: 'the first install failed (revision {revision}, {minutes} min ago): there is no revision to go back to. It needs an uninstall: deploy --recover does it first',
    zh: '首次安装失败（修订 {revision}，{minutes} 分钟前）：没有可回退的修订。需要卸载：deploy --recover 会先执行',
  },
  'release-unclear': {
    en: 'the newest revision ({revision}) is {status}, and what is deployed cannot be told. Look at `helm history`',
    zh: '最新修订（{revision}）状态为 {status}，无法判断当前部署的是什么。请查看 `helm history`',
  },
} satisfies Words
