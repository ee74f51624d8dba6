import { gatewayPods } from '../facts/gateway-pods.ts'
import { isReadyPod } from '../gateways/pod-ready.ts'
import { askCenter, failed, passed, skipped, warned } from './question.ts'

/** §4.7: `kubectl get pods -l app=nacos`. A cluster of Nacos needs a majority of its Pods to take registrations. */
export const nacosReady = askCenter({
  name: 'nacos-ready',
  id: 'TC-108',
  group: 'deployment',
  level: 'object',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'Nacos pods ready', zh: 'Nacos Pod 就绪' },
  about: {
    en: 'The Pods labelled app=nacos in the installation’s namespace are ready: all of them, or at least the majority without which registrations stop. Where none is labelled so, Nacos runs elsewhere and the registry questions speak for it.',
    zh: '安装命名空间中带 app=nacos 标签的 Pod 就绪：全部就绪，或至少多数就绪（否则注册停止）。没有该标签的 Pod 时，Nacos 运行在别处，由注册中心相关检查说明。',
  },
  needs: { gatewayPods },
  evaluate: ({ gatewayPods: seen }) => {
    const pods = seen.value.filter(({ metadata }) => metadata.labels?.['app'] === 'nacos')
    const ready = pods.filter(isReadyPod).length
    const facts = { ready, wanted: pods.length, majority: Math.floor(pods.length / 2) + 1 }
    const evidence = [
      { source: 'Pods with app=nacos', at: seen.at, took: seen.took, value: `${ready}/${pods.length}`, limit: facts.majority },
    ]
    if (pods.length === 0) return [skipped('elsewhere', {}, evidence)]
    if (ready < facts.majority) return [failed('no-majority', facts, evidence)]
    return [ready < pods.length ? warned('some-missing', facts, evidence) : passed('ready', facts, evidence)]
  },
  words: {
    ready: { en: '{ready}/{wanted} ready', zh: '{ready}/{wanted} 就绪' },
    elsewhere: { en: 'no Pod is labelled app=nacos: it runs elsewhere', zh: '没有带 app=nacos 标签的 Pod：运行在别处' },
    'some-missing': { en: '{ready}/{wanted} ready, still a majority', zh: '{ready}/{wanted} 就绪，仍为多数' },
    'no-majority': {
      en: '{ready}/{wanted} ready, {majority} needed for a majority\nRegistrations and changes of instances stop; gateways keep what they knew.\nNext: kubectl get pods -l app=nacos, in the installation’s namespace',
      zh: '{ready}/{wanted} 就绪，多数需要 {majority}\n注册与实例变更会停止；网关保留此前所知。\n下一步：在安装命名空间执行 kubectl get pods -l app=nacos',
    },
  },
})
