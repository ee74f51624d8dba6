import type { SymptomName } from '../domain/diagnosis.ts'

/** Conclusions of one question, by their reasons; absent: any that failed. */
export interface Pattern {
  readonly check: string
  readonly reasons?: readonly string[]
}

/** `measures`: it looks at what clients get: passed, it shows that the symptom is not there. */
export interface Sign extends Pattern {
  readonly measures?: true
}

/** `mend`: a command; `{center}`, `{context}`, `{subject}`, `{run}`, `{services}` are filled from what was concluded. */
export interface CausePattern extends Pattern {
  readonly mend: string
}

export interface Symptom {
  readonly name: SymptomName
  readonly title: Readonly<Record<'en' | 'zh', string>>
  /** What shows that it is there. */
  readonly signs: readonly Sign[]
  /** The most likely first: service, then configuration, then network, as in §10.2. */
  readonly causes: readonly CausePattern[]
}

const switchAway: CausePattern = {
  check: 'lost-unweighted',
  reasons: ['weighted', 'silent-weighted'],
  mend: 'tricenter failover --center {center} --dry-run',
}
const tooFew: CausePattern = {
  check: 'services-serving',
  reasons: ['too-few'],
  mend: 'kubectl --context {context} get pods -A',
}
const drilled: CausePattern = { check: 'services-serving', reasons: ['drilled'], mend: 'tricenter resume {run}' }
const routesRefused: CausePattern = { check: 'routes-reported', mend: 'tricenter verify routes-reported --center {center} -o wide' }
const filters: CausePattern = { check: 'filters-effective', mend: 'tricenter verify filters-effective -o wide' }
const look = (check: string, ...reasons: readonly string[]): CausePattern => ({
  check,
  ...(reasons.length === 0 ? {} : { reasons }),
  mend: `tricenter verify ${check} --center {center} -o wide`,
})

/** The table of §10.1, each row with everything that was found to cause it. */
export const symptoms: readonly Symptom[] = [
  {
    name: 'errors',
    title: { en: 'Clients get errors (502, 503)', zh: '客户端收到错误（502、503）' },
    signs: [
      { check: 'metrics-errors', measures: true },
      { check: 'probe-names', reasons: ['errors'], measures: true },
      { check: 'headers-land', reasons: ['errors'], measures: true },
      { check: 'split', reasons: ['failing'], measures: true },
      { check: 'gateway-answers' },
      { check: 'lost-unweighted' },
      { check: 'rules-weighted', reasons: ['all-zero'] },
    ],
    causes: [
      drilled,
      switchAway,
      { check: 'rules-weighted', reasons: ['all-zero'], mend: 'tricenter rebalance --to normal --dry-run' },
      look('gateway-ready'),
      { check: 'gateway-answers', mend: 'tricenter status' },
      look('gateway-programmed'),
      routesRefused,
      filters,
      look('backends-supported'),
      { check: 'higress-served', mend: 'kubectl --context {context} get crd | grep higress.io' },
      { check: 'bridge-effective', mend: 'kubectl --context {context} get mcpbridge -A' },
      look('registry-registered'),
      look('registry-healthy'),
      tooFew,
      look('policies-pass'),
      look('ports-open'),
      look('certificates-valid'),
      { check: 'entry-names', mend: 'tricenter verify entry-names -o wide' },
      { check: 'metrics-qps', reasons: ['over-capacity'], mend: 'tricenter verify metrics --explain' },
      { check: 'autoscaler-bounds', reasons: ['blind', 'ceiling'], mend: 'kubectl --context {context} get hpa -A' },
      look('graceful-stop', 'no-hook', 'no-grace'),
    ],
  },
  {
    name: 'split',
    title: { en: 'The split is uneven', zh: '流量分配不均' },
    signs: [
      { check: 'split', reasons: ['uneven'], measures: true },
      { check: 'metrics-share', measures: true },
    ],
    causes: [
      { check: 'weights-in-force', reasons: ['switched'], mend: 'tricenter failback --center {out} --dry-run' },
      { check: 'weights-in-force', reasons: ['out-weighted'], mend: 'tricenter status' },
      { check: 'routes-alike', reasons: ['deferred'], mend: 'tricenter status' },
      { check: 'routes-alike', reasons: ['differs', 'missing'], mend: 'tricenter diff' },
      { check: 'weights-in-force', reasons: ['own-split'], mend: 'tricenter rebalance --to normal --dry-run' },
      { check: 'backends-distinct', mend: 'tricenter verify backends-distinct -o wide' },
      drilled,
      switchAway,
      tooFew,
      look('registry-registered'),
      look('registry-healthy'),
      look('registry-agrees', 'ghosts'),
      look('rules-reachable', 'hidden'),
      { check: 'entry-names', mend: 'tricenter verify entry-names -o wide' },
    ],
  },
  {
    name: 'proximity',
    title: { en: 'Requests do not stay in their region', zh: '就近路由失效' },
    signs: [
      { check: 'headers-land', reasons: ['elsewhere', 'errors'], measures: true },
      { check: 'metrics-cross-center', measures: true },
    ],
    causes: [
      look('rules-reachable', 'hidden', 'partly-hidden'),
      look('registry-labels'),
      { check: 'weights-in-force', reasons: ['switched'], mend: 'tricenter failback --center {out} --dry-run' },
      { check: 'routes-alike', reasons: ['missing', 'differs'], mend: 'tricenter diff' },
      look('routes-present'),
      routesRefused,
      filters,
      drilled,
      switchAway,
      tooFew,
      look('registry-registered'),
      { check: 'entry-names', mend: 'tricenter verify entry-names -o wide' },
    ],
  },
  {
    name: 'no-switch',
    title: { en: 'A switch did not happen', zh: '故障切换未发生' },
    signs: [
      { ...switchAway, measures: true },
      { check: 'weights-in-force', reasons: ['out-weighted'] },
      { check: 'routes-alike', reasons: ['deferred'] },
    ],
    causes: [
      { check: 'routes-unowned', reasons: ['owned'], mend: '{pause}' },
      { check: 'routes-alike', reasons: ['deferred'], mend: 'tricenter status' },
      { check: 'weights-in-force', reasons: ['out-weighted'], mend: 'tricenter status' },
      { check: 'contexts-known', mend: 'kubectl config get-contexts' },
      { check: 'api-reached', mend: 'kubectl --context {context} version' },
      { check: 'login-plugin', mend: 'kubectl --context {context} auth whoami' },
      { check: 'login-current', mend: 'kubectl --context {context} auth whoami' },
      { check: 'logged-in', mend: 'kubectl --context {context} auth whoami' },
      {
        check: 'identity-pinned',
        reasons: ['another'],
        mend: 'kubectl --context {context} get namespace kube-system -o jsonpath={.metadata.uid}',
      },
      { check: 'clusters-distinct', mend: 'kubectl config get-contexts' },
      { check: 'rights-granted', reasons: ['lacking', 'reads-only'], mend: 'tricenter rbac failover --user NAME' },
      { check: 'state-writable', mend: 'export TRICENTER_STATE_DIR=DIRECTORY' },
      look('gateway-ready'),
      routesRefused,
      filters,
      look('rules-reachable', 'hidden'),
      look('registry-healthy', 'behind-protection'),
      drilled,
      switchAway,
      { check: 'entry-names', mend: 'tricenter verify entry-names -o wide' },
    ],
  },
]
