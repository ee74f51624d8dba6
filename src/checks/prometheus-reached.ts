import { prometheusAnswers } from '../facts/prometheus-answers.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** Gaps that say who or what answered; the others say that nobody did. */
export const prometheusReached = askCenter({
  name: 'prometheus-reached',
  id: 'TC-019',
  group: 'setup',
  level: 'requests',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'Prometheus answers', zh: 'Prometheus 有应答' },
  about: {
    en: 'The declared Prometheus of the center answers the query `up` as a Prometheus does: no login page, no proxy, no partial answer.',
    zh: '本中心声明的 Prometheus 能正确应答查询 up：不是登录页、代理或部分结果。',
  },
  needs: {},
  maybe: { prometheusAnswers },
  evaluate: ({ prometheusAnswers: seen }, { topology, center: { name } }) => {
    if (seen.state === 'absent') return []
    if (seen.state !== 'present') return [unsure('unread', { why: seen.why }, [])]
    const { up } = seen.value
    const url = topology.metrics?.centers[name]?.url ?? ''
    const source = `GET ${url}/api/v1/query?query=up`
    if (up.state === 'answered') {
      const evidence = [{ source, at: up.at, took: up.took, value: `${up.value.length} targets` }]
      return [up.value.length === 0 ? unsure('empty', { url }, evidence) : passed('answers', { targets: up.value.length }, evidence)]
    }
    const facts = { url, center: name, detail: up.detail, gap: up.gap }
    const evidence = [{ source, at: up.at, took: up.took, value: up.gap }]
    const refused = up.gap === 'http-status' && /\b40[13]\b/.test(up.detail)
    if (up.gap === 'no-endpoint') return [failed('undeclared', facts, evidence)]
    if (up.gap === 'no-token') return [failed('no-token', facts, evidence)]
    if (refused || up.gap === 'redirected') return [failed('login', facts, evidence)]
    if (up.gap === 'unreachable' || up.gap === 'timeout') return [failed('unreachable', facts, evidence)]
    return [up.gap === 'partial' ? unsure('partial', facts, evidence) : failed('no-prometheus', facts, evidence)]
  },
  words: {
    answers: { en: 'it scrapes {targets} targets', zh: '采集 {targets} 个目标' },
    unread: { en: 'not asked: {why}', zh: '未查询：{why}' },
    empty: { en: '{url} answers, and scrapes nothing', zh: '{url} 有应答，但没有采集目标' },
    partial: { en: '{url} gives partial answers: {detail}', zh: '{url} 返回部分结果：{detail}' },
    undeclared: {
      en: 'no Prometheus is declared for it\nNext: set metrics.centers.{center}.url in the topology',
      zh: '未声明其 Prometheus\n下一步：在拓扑中设置 metrics.centers.{center}.url',
    },
    'no-token': {
      en: 'its token file cannot be read: {detail}\nNext: mend metrics.centers.{center}.tokenFile',
      zh: '无法读取令牌文件：{detail}\n下一步：修正 metrics.centers.{center}.tokenFile',
    },
    login: {
      en: '{url} wants a login: {detail}\nNext: set metrics.centers.{center}.tokenFile in the topology',
      zh: '{url} 需要登录：{detail}\n下一步：在拓扑中设置 metrics.centers.{center}.tokenFile',
    },
    unreachable: {
      en: '{url} cannot be reached: {detail}\nDrills lose their second witness; switches do not need it.\nNext: curl -s {url}/-/ready; then metrics.centers.{center}.url',
      zh: '无法访问 {url}：{detail}\n演练将失去第二见证；切换不需要它。\n下一步：curl -s {url}/-/ready；再设置 metrics.centers.{center}.url',
    },
    'no-prometheus': {
      en: '{url} does not answer as Prometheus does ({gap}): {detail}\nNext: curl -s "{url}/api/v1/query?query=up"',
      zh: '{url} 的应答不符合 Prometheus（{gap}）：{detail}\n下一步：curl -s "{url}/api/v1/query?query=up"',
    },
  },
})
