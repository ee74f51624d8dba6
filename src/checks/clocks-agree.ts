import { formatDuration } from '../domain/duration.ts'
import { verifyPlanOf } from '../domain/estate.ts'
import { apiClock } from '../facts/api-clock.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** Marks, leases and certificates are compared by wall clocks; recovery times are not. */
export const clocksAgree = askCenter({
  name: 'clocks-agree',
  id: 'TC-604',
  group: 'network',
  level: 'object',
  title: { en: 'clocks agree', zh: '时钟一致' },
  about: {
    en: 'The API server’s clock is near ours, by the Date of its answer (whole seconds, so right to half a second and half a round trip). Leases and the expiry of marks are compared by it.',
    zh: 'API Server 的时钟与本机接近，依据应答的 Date（整秒，精度为半秒加半个往返）。租约与标记的有效期以此比较。',
  },
  needs: { apiClock },
  evaluate: ({ apiClock: seen }, { topology }) => {
    const limit = verifyPlanOf(topology).thresholds.clockOffset
    const { offset, version } = seen.value
    const evidence = [
      {
        source: 'GET /version Date',
        at: seen.at,
        took: seen.took,
        limit: formatDuration(limit),
        ...(offset === undefined ? {} : { value: `${Math.round(offset)} ms` }),
      },
    ]
    if (offset === undefined) return [unsure('no-date', {}, evidence)]
    const facts = { offset: formatDuration(Math.abs(Math.round(offset))), limit: formatDuration(limit), version }
    return [Math.abs(offset) <= limit + 500 + seen.took / 2 ? passed('near', facts, evidence) : failed('apart', facts, evidence)]
  },
  words: {
    near: { en: 'within {limit} ({version})', zh: '相差不超过 {limit}（{version}）' },
    'no-date': { en: 'the answer says no time', zh: '应答中没有时间' },
    apart: {
      en: 'its clock is {offset} away from ours (limit {limit})\nLeases and marks expire at the wrong time.\nNext: check time synchronisation there and here',
      zh: '其时钟与本机相差 {offset}（限值 {limit}）\n租约与标记会在错误的时间过期。\n下一步：检查两端的时间同步',
    },
  },
})
