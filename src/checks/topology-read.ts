import { askFleet, passed } from './question.ts'

/** Without a topology nothing else can be asked: where it cannot be read, `doctor` says so in this question's place. */
export const topologyRead = askFleet({
  name: 'topology-read',
  id: 'TC-001',
  group: 'setup',
  level: 'object',
  title: { en: 'topology found and sound', zh: '拓扑文件存在且正确' },
  about: {
    en: 'The topology is where --topology, TRICENTER_TOPOLOGY or the working directory say, and holds no mistake. Every mistake is told with its line and column.',
    zh: '拓扑文件位于 --topology、TRICENTER_TOPOLOGY 或工作目录所示位置，且没有错误。每处错误均给出行列。',
  },
  needs: {},
  evaluate: (_, { topology }) => [
    passed('read', { name: topology.name, centers: topology.centers.length, services: topology.services.length }, []),
  ],
  words: {
    read: { en: '{name}: {centers} centers, {services} services', zh: '{name}：{centers} 个中心，{services} 个服务' },
  },
})
