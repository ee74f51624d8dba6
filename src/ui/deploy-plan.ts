import type { DeployView } from '../domain/deploy.ts'
import type { Planned, RunStarted } from '../domain/record.ts'
import { listed } from '../report/figures.ts'
import { changeLines, foldedFindingLines, isValueFinding, pendingLines, releaseTable, valuesLines } from './deploy-text.ts'
import { centersOf, type ScreenOptions } from './decision-screen.ts'
import type { Line } from './line.ts'
import { wrap } from './wrap.ts'
import { speaker } from './words.ts'

/** `deploy --dry-run`: releases, the change of each center (the same in all centers once), values without effect, findings, and the exact calls of Helm. Commands are never broken. */
export function deployPlanText(
  started: Pick<RunStarted, 'verb' | 'run' | 'params' | 'topology' | 'runbook' | 'of'>,
  { deploy, findings }: Pick<Planned, 'findings'> & { readonly deploy: NonNullable<Planned['deploy']> },
  options: ScreenOptions,
): readonly Line[] {
  const { language, width } = options
  const say = speaker(language)
  const all = deploy.releases.map(({ center }) => center)
  const what = say(started.verb === 'undo' ? 'title-undo' : 'title-deploy', {
    centers: listed(centersOf(started), language),
    of: started.of ?? '',
  })
  const pending = pendingLines(deploy, say, Infinity, Infinity)
  const values = valuesLines(findings, all, options)
  const others = foldedFindingLines(
    findings.filter((one) => !isValueFinding(one)),
    all,
    options,
  ).flat()
  const calls = deploy.releases.filter(({ does }) => does !== 'nothing')
  const laid = calls.filter(({ kept }) => kept.length > 0)
  const notes = [
    ...(calls.length === 0 ? [] : (['helm-context'] as const)),
    ...(laid.length === 0 ? [] : [laid.some(({ does }) => does === 'rollback') ? ('helm-laid-stored' as const) : ('helm-laid' as const)]),
  ]
  const block = (head: string, lines: readonly Line[]): readonly Line[] => (lines.length === 0 ? [] : [[], [['strong', head]], ...lines])
  return [
    [['strong', say('plan-head', { what })]],
    [],
    ...releaseTable(deploy, say, language, width),
    ...packageLines(deploy),
    ...(pending.length === 0 ? [] : [[], ...pending]),
    ...(deploy.changes.length === 0
      ? started.verb === 'undo'
        ? []
        : [[], [say('change-none')]]
      : block(say('objects-change', { count: deploy.changes.length }), changeLines(deploy.changes, all, say, Infinity, Infinity))),
    ...block(say('values-head'), values),
    ...block(say('found-head'), others),
    ...block(
      say('helm-head'),
      calls.flatMap(({ before, command }): readonly Line[] => [...(before === undefined ? [] : [[before]]), [command]]),
    ),
    ...notes.flatMap((note) => wrap(say(note), width).map((text): Line => [['dim', text]])),
  ]
}

/** Whose bytes these are: what may be pinned in the topology. Never broken, to be copied. */
function packageLines({ package: chart }: DeployView): readonly Line[] {
  if (chart === undefined) return []
  const { reference, digest, manifest } = chart
  return [
    [['dim', `sha256:${digest}`]],
    ...(manifest === undefined ? [] : [[['dim', `${reference ?? ''}@sha256:${manifest}`]] satisfies Line]),
  ]
}
