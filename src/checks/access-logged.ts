import { meshConfig } from '../facts/mesh-config.ts'
import { askCenter, passed, warned } from './question.ts'

/** §9.3: the access log is the audit log. Higress takes it from `accessLogFile` of the section `mesh` in the ConfigMap higress-config. */
export const accessLogged = askCenter({
  name: 'access-logged',
  id: 'TC-707',
  group: 'practice',
  level: 'object',
  title: { en: 'access log on', zh: '访问日志已开启' },
  about: {
    en: 'The gateway’s ConfigMap higress-config names an accessLogFile: without it nobody can tell afterwards which requests a switch cut.',
    zh: '网关的 ConfigMap higress-config 声明了 accessLogFile：否则事后无法得知切换切断了哪些请求。',
  },
  needs: { meshConfig },
  evaluate: ({ meshConfig: seen }) => {
    const file = /^\s*accessLogFile:\s*["']?([^"'\s#]+)/m.exec(seen.value)?.[1]
    const evidence = [{ source: 'ConfigMap higress-config mesh.accessLogFile', at: seen.at, took: seen.took, value: file ?? 'absent' }]
    return [file === undefined ? warned('silent', {}, evidence) : passed('logged', { file }, evidence)]
  },
  words: {
    logged: { en: 'to {file}', zh: '写入 {file}' },
    silent: {
      en: 'no access log is written\nNext: set mesh.accessLogFile: /dev/stdout in the ConfigMap higress-config',
      zh: '未写访问日志\n下一步：在 ConfigMap higress-config 中设置 mesh.accessLogFile: /dev/stdout',
    },
  },
})
