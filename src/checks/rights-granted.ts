import type { Conclusion } from '../domain/verify.ts'
import { type GrantedRights, grantedRights } from '../facts/granted-rights.ts'
import type { Right } from '../ports/cluster.ts'
import { askCenter, failed, passed, warned } from './question.ts'

const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Better found out now than in the middle of a switch. A login that may write nothing at all is somebody who looks, and no fault. */
export const rightsGranted = askCenter({
  name: 'rights-granted',
  id: 'TC-012',
  group: 'setup',
  level: 'requests',
  title: { en: 'rights of each verb granted', zh: '各命令所需权限' },
  about: {
    en: 'Access reviews of every right that each verb needs (`tricenter rbac VERB`). A verb that may read and not write fails; a login that may write nothing is warned of only.',
    zh: '对每个命令所需的每项权限发起访问审查（tricenter rbac 命令）。能读不能写的命令判为失败；完全只读的登录仅警告。',
  },
  needs: { grantedRights },
  evaluate: ({ grantedRights: seen }, { center: { context } }) => {
    const lacking = seen.value.filter(({ lacks }) => lacks.length > 0)
    const source = 'SelfSubjectAccessReview'
    if (lacking.length === 0)
      return [passed('granted', { verbs: seen.value.map(({ verb }) => verb) }, [{ source, at: seen.at, value: 'allowed' }])]
    const groups = Map.groupBy(lacking, ({ lacks }) => lacks.map(textOf).join(', '))
    return [...groups].map(([text, verbs]): Conclusion => {
      const names = verbs.map(({ verb }) => verb)
      const facts = { verbs: names, verb: names[0] ?? '', context, rights: text }
      const evidence = [{ source, at: seen.at, took: seen.took, value: `denied: ${text}` }]
      return verbs.every(onlyReads)
        ? warned('reads-only', facts, evidence, names.join(', '))
        : failed('lacking', facts, evidence, names.join(', '))
    })
  },
  words: {
    granted: { en: '{verbs}', zh: '{verbs}' },
    lacking: {
      en: '{verbs} may not {rights}\nNext: tricenter rbac {verb} --user NAME | kubectl --context {context} apply -f -',
      zh: '{verbs} 缺少权限：{rights}\n下一步：tricenter rbac {verb} --user 用户 | kubectl --context {context} apply -f -',
    },
    'reads-only': { en: 'this login reads and writes nothing: no {verbs}', zh: '此登录只读：不能 {verbs}' },
  },
})

/** Everything that it lacks is writing, and it has no right to write anything. */
function onlyReads({ needs, lacks }: GrantedRights): boolean {
  const writing = needs.filter(({ verb }) => !READING.has(verb))
  return lacks.every(({ verb }) => !READING.has(verb)) && writing.length === lacks.length
}

/** `patch httproutes.gateway.networking.k8s.io in ai-system`. */
function textOf({ verb, group, resource, subresource, namespace, name }: Right): string {
  const kind = `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`
  return `${verb} ${kind}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in ${namespace}`}`
}
