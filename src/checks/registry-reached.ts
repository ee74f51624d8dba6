import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** Unreachable, refused and empty are three different answers; this is about the first two. */
export const registryReached = askCenter({
  name: 'registry-reached',
  id: 'TC-022',
  group: 'setup',
  level: 'requests',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'registry answers', zh: '注册中心有应答' },
  about: {
    en: 'The declared Nacos of the center answers from here, and accepts the login whose variables the topology names.',
    zh: '从本机可访问本中心声明的 Nacos，且接受拓扑所指变量中的登录信息。',
  },
  needs: {},
  maybe: { registryInstances },
  evaluate: ({ registryInstances: seen }, { topology, center: { name } }) => {
    const endpoint = topology.registry?.centers[name]
    const why = 'why' in seen ? seen.why : seen.state
    const url = endpoint?.url ?? ''
    const evidence = [{ source: url, at: seen.at, took: seen.took, value: seen.state === 'present' ? 'answers' : why }]
    const facts = { url, why, center: name, variables: [endpoint?.usernameEnv ?? 'usernameEnv', endpoint?.passwordEnv ?? 'passwordEnv'] }
    if (seen.state === 'present') return [passed('answers', facts, evidence)]
    if (seen.state === 'forbidden') return [failed('refused', facts, evidence)]
    return [seen.state === 'unreachable' ? failed('unreachable', facts, evidence) : unsure('strange', facts, evidence)]
  },
  words: {
    answers: { en: '{url}', zh: '{url}' },
    unreachable: {
      en: '{url} cannot be reached: {why}\nNext: curl -s {url}/nacos/; then registry.centers.{center}.url',
      zh: '无法访问 {url}：{why}\n下一步：curl -s {url}/nacos/；再设置 registry.centers.{center}.url',
    },
    refused: {
      en: '{url} refuses the login: {why}\nNext: export {variables} as the topology names them, with an account that may read',
      zh: '{url} 拒绝登录：{why}\n下一步：按拓扑所指导出 {variables}，账号需有读权限',
    },
    strange: { en: '{url} answers, but not as Nacos: {why}', zh: '{url} 有应答，但不是 Nacos：{why}' },
  },
})
