import type { Words } from '../domain/words.ts'

/** Words of faults that the command line gives. */
export const cliWords = {
  'no-centers': {
    en: 'say which centers: --center zone-a,zone-b or --region beijing',
    zh: '请指定中心：--center zone-a,zone-b 或 --region beijing',
  },
  'both-centers': { en: '--center and --region exclude each other', zh: '--center 与 --region 不能同时使用' },
  'unknown-center': { en: 'no center {name}{meant}; the topology has {known}', zh: '没有中心 {name}{meant}；拓扑中有 {known}' },
  'unknown-region': { en: 'no region {name}{meant}; the topology has {known}', zh: '没有地域 {name}{meant}；拓扑中有 {known}' },
  'bad-shares': {
    en: '--set {given}: say e.g. zone-a=70,zone-b=30 (whole numbers, at least two centers)',
    zh: '--set {given}：示例 zone-a=70,zone-b=30（整数，至少两个中心）',
  },
  'no-shares': {
    en: 'say which ratio: --set zone-a=70,zone-b=30, or --to normal',
    zh: '请指定比例：--set zone-a=70,zone-b=30，或 --to normal',
  },
  'bad-step': { en: '--step {given}: a whole number from 1 to 100', zh: '--step {given}：应为 1 到 100 的整数' },
  'bad-time': {
    en: '--since {given}: say 03:14:58, an ISO 8601 time, or how long ago, e.g. 90s',
    zh: '--since {given}：示例 03:14:58、ISO 8601 时间，或多久之前，如 90s',
  },
  'future-time': { en: '--since {given} lies in the future', zh: '--since {given} 在将来' },
  'unknown-guard': {
    en: '--override {name}: no such guard{meant}; there are {known}',
    zh: '--override {name}：没有此防护{meant}；可用：{known}',
  },
  'override-reason': { en: '--override needs --reason "…": it goes into the journal', zh: '--override 需要 --reason "…"，会写入日志' },
  'unknown-service': {
    en: 'no service {name}{meant}; those with a probe are {known}',
    zh: '没有服务 {name}{meant}；带探测的服务有 {known}',
  },
  'no-probe': { en: 'nothing can be asked: none of {services} declares a probe', zh: '无法发送请求：{services} 均未声明 probe' },
  'bad-number': { en: '{flag} {given}: a number from {least} to {most}', zh: '{flag} {given}：应为 {least} 到 {most} 之间的数' },
  'one-center': { en: 'one center: {flag} zone-a', zh: '请指定一个中心：{flag} zone-a' },
  'load-too-long': {
    en: 'Too long: {rates} rates at this duration take more than {longest} minutes',
    zh: '时间过长：{rates} 档速率合计超过 {longest} 分钟',
  },
  'unknown-generator': {
    en: '--with {name}: no such generator{meant}; there are {known}',
    zh: '--with {name}：没有此生成器{meant}；可用：{known}',
  },
  'load-not-confirmed': {
    en: 'Will not send load to {center}: it is no lab, as far as can be read.\nClients of {center} would feel it.\nIf that is meant: --confirm={center}',
    zh: '不会对 {center} 施加负载：未读到实验环境标记。\n{center} 的客户端会受到影响。\n如确需执行：--confirm={center}',
  },
  'load-wrong-value': {
    en: 'Will not send load to {center}: --confirm={given} names something else.\nNothing was sent.\nIf it is meant: --confirm={center}',
    zh: '不会对 {center} 施加负载：--confirm={given} 与其不符。\n未发送任何请求。\n如确需执行：--confirm={center}',
  },
  'unknown-shell': { en: 'completion for {shell}: there are bash, zsh, fish', zh: '{shell} 的补全：可用 bash、zsh、fish' },
  'unknown-verb': { en: 'no roles for {name}{meant}; there are {known}', zh: '没有 {name} 的角色{meant}；可用：{known}' },
  'several-subjects': {
    en: '--user, --group and --service-account exclude each other',
    zh: '--user、--group、--service-account 不能同时使用',
  },
  'bad-account': { en: '--service-account {given}: say namespace/name', zh: '--service-account {given}：格式为 namespace/name' },
  'unknown-runbook': { en: 'no runbook {name}{meant}; there are {known}', zh: '没有预案 {name}{meant}；可用：{known}' },
  'unknown-drill': { en: 'no drill {name}{meant}; there are {known}', zh: '没有演练 {name}{meant}；可用：{known}' },
  'no-drill': { en: 'say which drill: {known}', zh: '请指定演练：{known}' },
  'runbook-params': { en: 'runbook {name}: parameters are wrong', zh: '预案 {name}：参数有误' },
  'bad-param': { en: '--param {given}: say name=value', zh: '--param {given}：格式为 name=value' },
  'file-unreadable': { en: 'Could not read {file}: {why}', zh: '无法读取 {file}：{why}' },
  'file-unwritable': { en: 'Could not write {file}: {why}', zh: '无法写入 {file}：{why}' },
  'file-exists': {
    en: 'Will not overwrite {file}.\nIt exists already.\nWrite elsewhere with --out FILE, or say --force',
    zh: '不会覆盖 {file}。\n文件已存在。\n请用 --out 指定其他文件，或使用 --force',
  },
  'plan-of-another': {
    en: '--plan {file}: made for another request ({verb}); say the same verb and centers as then',
    zh: '--plan {file}：该计划属于另一请求（{verb}），请使用相同的命令和中心',
  },
  'plan-out-needs-dry-run': { en: '--plan-out needs --dry-run', zh: '--plan-out 需要 --dry-run' },
  'no-deploy': {
    en: '{file}: no deploy: section, so nothing says what is deployed where; docs/topology.md shows one',
    zh: '{file}：没有 deploy: 部分，无法得知在何处部署什么；示例见 docs/topology.md',
  },
  'no-such-wave': { en: '--wave {wave}: the topology has waves 1 to {waves}', zh: '--wave {wave}：拓扑共有 1 到 {waves} 批' },
  'no-release': { en: '{center}: the topology declares no release there', zh: '{center}：拓扑未声明该中心的发布' },
  'nothing-chosen': {
    en: 'no center is left: --center and --wave exclude each other here',
    zh: '没有可部署的中心：--center 与 --wave 没有交集',
  },
  'unknown-schema': {
    en: 'no schema {name}; say topology, runbook, verification, diff or drift',
    zh: '没有模式 {name}；请用 topology、runbook、verification、diff 或 drift',
  },
  'unknown-context': { en: 'no context {name}{meant} in the kubeconfig', zh: 'kubeconfig 中没有上下文 {name}{meant}' },
  'no-contexts': {
    en: 'Could not find any context in the kubeconfig.\nfiles: {files}\nName one: --kubeconfig FILE',
    zh: 'kubeconfig 中没有上下文。\n文件：{files}\n请指定：--kubeconfig FILE',
  },
  'nothing-to-resume': { en: 'Nothing to resume.', zh: '没有需要继续的运行。' },
  'run-has-ended': { en: 'Nothing to resume: {run} has ended (exit {exit}).', zh: '没有需要继续的内容：{run} 已结束（退出码 {exit}）。' },
  'nothing-to-undo': { en: 'Nothing to undo: no run is in force.', zh: '没有需要撤销的内容：没有生效的运行。' },
  'wrote-nothing': { en: 'Nothing to undo: {run} wrote no weight.', zh: '没有需要撤销的内容：{run} 没有修改权重。' },
  'sync-waited': { en: 'Could not bring {centers} in line: no answer in {waited}.', zh: '无法对齐 {centers}：{waited} 内没有响应。' },
  'waiting-for': { en: 'waiting for {centers}: {why}', zh: '等待 {centers}：{why}' },
  'split-brain': {
    en: 'two switches in the dark: seq {seq} says different situations in different clusters; only failover may go on',
    zh: '两处盲切换：序号 {seq} 在不同集群中对应不同态势；仅允许 failover',
  },
} satisfies Words
