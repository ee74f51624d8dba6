import type { Conclusion } from '../domain/verify.ts'
import { insideAnswers } from '../facts/inside-answers.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** §4.7: `kubectl exec … curl http://ai-service:8080/health`: does the service answer from inside, without any gateway? */
export const servicesAnswerInside = askCenter({
  name: 'services-answer-inside',
  id: 'TC-109',
  group: 'deployment',
  level: 'data-plane',
  title: { en: 'services answer inside', zh: '服务在集群内应答' },
  about: {
    en: 'One ready Pod of each probed service answers its probe’s path through a port-forward, past every gateway. What fails here fails in the service; what passes here and fails for clients fails on the way.',
    zh: '每个带探测的服务有一个就绪 Pod 通过端口转发（绕过网关）应答其探测路径。此处失败说明问题在服务；此处通过而客户端失败，则问题在途中。',
  },
  needs: { insideAnswers },
  evaluate: ({ insideAnswers: seen }) =>
    seen.value.map(({ service, pod = '', path, answer }): Conclusion => {
      const evidence = [{ source: `GET ${path} of Pod ${pod}`, at: answer.at, took: answer.took, value: answer.state }]
      const facts = { pod, path, why: 'why' in answer ? answer.why : '' }
      if (answer.state === 'present') return passed('answers', facts, evidence, service)
      if (answer.state === 'absent' && pod === '') return failed('no-pod', facts, evidence, service)
      if (answer.state === 'absent') return failed('not-found', facts, evidence, service)
      return unsure('unasked', facts, evidence, service)
    }),
  words: {
    answers: { en: '{pod} answers {path}', zh: '{pod} 应答 {path}' },
    'no-pod': { en: 'no Pod of it is ready', zh: '没有就绪的 Pod' },
    'not-found': { en: '{pod} does not know {path}', zh: '{pod} 不提供 {path}' },
    unasked: { en: '{pod} could not be asked: {why}', zh: '无法询问 {pod}：{why}' },
  },
})
