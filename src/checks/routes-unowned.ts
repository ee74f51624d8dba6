import type { Owner } from '../domain/route.ts'
import { routeName } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { routes } from '../facts/routes.ts'
import { askCenter, passed, warned } from './question.ts'

/** Controllers that write an object back to what their own source says. */
const CONTROLLERS: ReadonlySet<Owner['kind']> = new Set(['argo-cd', 'flux', 'flagger', 'rollouts'])

/** A switch that was undone within a minute looks like one that never happened. */
export const routesUnowned = askCenter({
  name: 'routes-unowned',
  id: 'TC-027',
  group: 'setup',
  level: 'object',
  title: { en: 'no controller undoes a switch', zh: '没有控制器会撤销切换' },
  about: {
    en: 'No managed route belongs to Argo CD, Flux, Flagger or Argo Rollouts, by its labels, annotations and field managers: such a controller writes weights back. Helm does so with the next upgrade.',
    zh: '按标签、注解与字段管理者判断，没有受管路由属于 Argo CD、Flux、Flagger 或 Argo Rollouts：它们会把权重写回。Helm 会在下次升级时写回。',
  },
  needs: { routes },
  evaluate: ({ routes: seen }) => {
    const owned = seen.value.flatMap((route) => route.owners.filter(({ kind }) => CONTROLLERS.has(kind)).map((owner) => ({ route, owner })))
    const source = 'owners of the managed routes'
    if (owned.length === 0)
      return seen.value.length === 0 ? [] : [passed('unowned', { routes: seen.value.length }, [{ source, at: seen.at, value: 'none' }])]
    const byOwner = Map.groupBy(owned, ({ owner }) => `${owner.kind} ${owner.name}`)
    return [...byOwner].map(([name, all]): Conclusion => {
      const { kind = 'argo-cd', name: own = '' } = all[0]?.owner ?? {}
      const subjects = all.map(({ route }) => routeName(route)).join(', ')
      return warned('owned', { owner: name, pause: pauseOf(kind, own) }, [{ source, at: seen.at, took: seen.took, value: name }], subjects)
    })
  },
  words: {
    unowned: { en: '{routes} routes', zh: '{routes} 条路由' },
    owned: {
      en: '{owner} writes it back: before a switch, {pause}',
      zh: '{owner} 会将其写回：切换前请执行 {pause}',
    },
  },
})

function pauseOf(kind: Owner['kind'], name: string): string {
  if (kind === 'argo-cd') return `argocd app set ${name} --sync-policy none`
  if (kind === 'flux') return `flux suspend ${name}`
  return `pause ${kind} ${name}`
}
