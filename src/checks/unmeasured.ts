import type { CheckAnswer } from './check.ts'

/** No service declares a probe: nothing was measured, so nothing is claimed. */
export const unmeasured: CheckAnswer = { verdict: 'unknown', reason: 'no-probe', facts: {}, final: true }

export const unmeasuredWords = {
  'no-probe': { en: 'no service declares a probe, so clients cannot be measured', zh: '没有服务声明探测，无法测量客户端' },
}
