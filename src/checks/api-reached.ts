import { apiClock } from '../facts/api-clock.ts'
import { kubeContext } from '../facts/kube-context.ts'
import { askCenter, failed, passed, skipped, unsure } from './question.ts'

/** What a connection says when it fails, and what that means. The texts are those of the adapters; the first that fits counts. */
const KINDS = [
  ['unnamed', /name is not known|name cannot be looked up/],
  ['untrusted', /certificate (not trusted|is for another name|expired|not yet valid|revoked)/],
  ['plain', /speak TLS|not HTTP|is HTML|TLS handshake/],
  ['refused', /refused/],
  ['silent', /no answer|no route|took longer|late/],
] as const

/** `GET /version`, which everybody may ask: as far as it gets is as far as anything gets. */
export const apiReached = askCenter({
  name: 'api-reached',
  id: 'TC-007',
  group: 'setup',
  level: 'requests',
  title: { en: 'API server reached', zh: '可访问 API Server' },
  about: {
    en: 'The API server answers from here within the deadline: its name resolves, its port takes connections, its certificate is trusted. Whether it lets us in is `logged-in`.',
    zh: '从本机可在时限内访问 API Server：域名可解析、端口可连接、证书受信任。是否允许登录见 logged-in。',
  },
  needs: {},
  maybe: { apiClock, kubeContext },
  evaluate: ({ apiClock: seen, kubeContext: context }) => {
    const usable = context.state === 'present' && context.value.state === 'usable' ? context.value : undefined
    if (context.state === 'present' && usable === undefined) return [skipped('no-context', {}, [])]
    const server = usable?.server ?? ''
    const why = 'why' in seen ? seen.why : seen.state
    const evidence = [
      { source: `GET ${server}/version`, at: seen.at, took: seen.took, value: seen.state === 'present' ? seen.value.version : why },
    ]
    if (seen.state === 'present' || seen.state === 'absent' || seen.state === 'forbidden') return [passed('answers', {}, evidence)]
    if (/login plugin|logging in/.test(why)) return [skipped('not-asked', {}, evidence)]
    const host = URL.canParse(server) ? new URL(server).host : server
    const facts = { why, server, host, name: host.replace(/:\d+$/, '') }
    const kind = KINDS.find(([, text]) => text.test(why))?.[0]
    if (kind !== undefined) return [failed(kind, facts, evidence)]
    return [seen.state === 'unreachable' ? failed('unreachable', facts, evidence) : unsure('strange', facts, evidence)]
  },
  words: {
    answers: { en: 'answers', zh: '有应答' },
    'no-context': { en: 'there is no context to reach it by', zh: '没有可用的上下文' },
    'not-asked': { en: 'nobody is logged in to ask', zh: '尚未登录，未发起请求' },
    unnamed: {
      en: 'the name {name} is not known here: {why}\nNext: getent hosts {name}; a private zone needs its own name server or VPN',
      zh: '本机无法解析 {name}：{why}\n下一步：getent hosts {name}；私有域名需要相应的 DNS 或 VPN',
    },
    untrusted: {
      en: 'its certificate is not accepted: {why}\nThe authority in the kubeconfig is not the one that issued it, or something in between answers.\nNext: take certificate-authority-data for {server} from the cluster anew',
      zh: '其证书不被接受：{why}\nkubeconfig 中的 CA 不是签发者，或有中间设备应答。\n下一步：重新从集群获取 {server} 的 certificate-authority-data',
    },
    plain: {
      en: '{host} answers, but not as an API server: {why}\nNext: curl -vk {server}/version; check scheme, port and anything in between',
      zh: '{host} 有应答，但不是 API Server：{why}\n下一步：curl -vk {server}/version；检查协议、端口与中间设备',
    },
    refused: {
      en: '{host} refuses connections\nNothing listens there, or a firewall says no.\nNext: check server: in the kubeconfig, then the API server itself',
      zh: '{host} 拒绝连接\n该处无监听，或被防火墙拒绝。\n下一步：检查 kubeconfig 的 server:，再检查 API Server 本身',
    },
    silent: {
      en: '{host} does not answer: {why}\nA firewall, a VPN that is down, or a center that is lost.\nNext: nc -vz {name} PORT; if the center is lost: tricenter status',
      zh: '{host} 无应答：{why}\n可能是防火墙、VPN 未连接，或中心已故障。\n下一步：nc -vz {name} 端口；若中心故障：tricenter status',
    },
    unreachable: {
      en: '{host} cannot be reached: {why}\nNext: curl -vk {server}/version',
      zh: '无法访问 {host}：{why}\n下一步：curl -vk {server}/version',
    },
    strange: { en: 'its answer says nothing: {why}', zh: '其应答无法判断：{why}' },
  },
})
