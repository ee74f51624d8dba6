import type { Facts } from '../../../domain/finding.ts'
import { fill, type Words } from '../../../domain/words.ts'
import type { Context } from '../../context.ts'

export type LabReason = keyof typeof labWords

/** One line in the reader's language. */
export function say({ language }: Pick<Context, 'language'>, reason: LabReason, facts: Facts = {}): string {
  return `${fill(labWords[reason][language], facts)}\n`
}

/** Says on stderr why it will not, or could not, and answers the exit code. */
export function refuse(context: Context, code: number, reason: LabReason, facts: Facts = {}): number {
  context.stderr.write(`tricenter: ${say(context, reason, facts)}`)
  return code
}

export const labWords = {
  'lab-none': { en: 'no lab runs in {dir}.\nStart one: tricenter lab up', zh: '{dir} 中没有运行的实验环境。\n启动：tricenter lab up' },
  'lab-gone': {
    en: 'no lab runs in {dir}: process {pid} ended without taking its files away.\nStart one: tricenter lab up',
    zh: '{dir} 中没有运行的实验环境：进程 {pid} 已结束，未清理文件。\n启动：tricenter lab up',
  },
  'lab-silent': {
    en: 'Could not reach the lab: process {pid} does not answer.\nEnd it: tricenter lab down',
    zh: '无法连接实验环境：进程 {pid} 无响应。\n停止：tricenter lab down',
  },
  'lab-starting': {
    en: 'the lab in {dir} is starting (process {pid}).\nAsk again: tricenter lab status',
    zh: '{dir} 中的实验环境正在启动（进程 {pid}）。\n稍后查询：tricenter lab status',
  },
  'lab-runs': {
    en: 'Will not start: a lab runs in {dir} (process {pid}).\nEnd it: tricenter lab down',
    zh: '拒绝启动：{dir} 中已有实验环境（进程 {pid}）。\n停止：tricenter lab down',
  },
  'lab-not-up': { en: 'Could not start the lab: {why}\nIts log: {log}', zh: '无法启动实验环境：{why}\n日志：{log}' },
  'lab-bad-load': { en: '--load {load} is not a number of requests per second', zh: '--load {load} 不是每秒请求数' },
  'lab-no-binaries': {
    en: '--engine binaries needs --binaries DIR (etcd, kube-apiserver, kube-controller-manager).\nBuild them in a clone of the project: npm run lab:binaries',
    zh: '--engine binaries 需要 --binaries DIR（etcd、kube-apiserver、kube-controller-manager）。\n可在项目目录中构建：npm run lab:binaries',
  },
  'lab-bad-contexts': {
    en: '--engine kubeconfig needs --contexts with {count} names, one per center ({centers}), separated by commas',
    zh: '--engine kubeconfig 需要 --contexts 给出 {count} 个名称，每个中心一个（{centers}），以逗号分隔',
  },
  'lab-no-certificate': {
    en: 'Will not start: context {context} does not log in by a client certificate with the authority of its server, and a lab knows no other way',
    zh: '拒绝启动：上下文 {context} 未使用客户端证书（及服务器 CA）登录，实验环境不支持其他方式',
  },
  'lab-refused': { en: 'Will not start: {why}', zh: '拒绝启动：{why}' },
  'lab-rejected': { en: 'Could not: {why}', zh: '无法执行：{why}' },
  'lab-up': {
    en: 'Lab started in {took} ms (lab, {engine} API, process {pid}), {load} requests/s in the background.',
    zh: '实验环境已启动，用时 {took} ms（lab, {engine} API，进程 {pid}），后台负载 {load} 请求/秒。',
  },
  'lab-next': { en: 'In another shell: eval "$(tricenter lab env)"', zh: '在另一个终端执行：eval "$(tricenter lab env)"' },
  'lab-ctrl-c': { en: 'Ctrl-C ends it.', zh: '按 Ctrl-C 停止。' },
  'lab-ends-by-down': { en: 'It ends by: tricenter lab down', zh: '停止命令：tricenter lab down' },
  'lab-head': { en: 'lab, {engine} API: process {pid}, up since {since}', zh: 'lab, {engine} API：进程 {pid}，启动于 {since}' },
  'lab-load': {
    en: 'Load: {rate} requests/s; {sent} answered or given up, {failed} of them failed',
    zh: '负载：{rate} 请求/秒；已完成 {sent}，其中失败 {failed}',
  },
  'lab-fault-made': { en: 'Fault made: {center} {kind} ({target})', zh: '已注入故障：{center} {kind}（{target}）' },
  'lab-healed': { en: 'Healed: {center}', zh: '已恢复：{center}' },
  'lab-down': { en: 'Lab ended.', zh: '实验环境已停止。' },
  'demo-begins': {
    en: 'Three centers on this machine (lab, embedded API): real gateways, {load} requests/s. A drill loses zone-a whole and puts it back; about a minute.\n\n$ tricenter status',
    zh: '在本机启动三个中心（lab, embedded API）：真实网关，每秒 {load} 个请求。演练将使 zone-a 整体失效并恢复，约一分钟。\n\n$ tricenter status',
  },
  'demo-drill': {
    en: '\n$ tricenter drill single-center --center zone-a --fault lost --confirm=zone-a',
    zh: '\n$ tricenter drill single-center --center zone-a --fault lost --confirm=zone-a',
  },
  'lab-nothing': { en: 'No lab runs in {dir}; nothing to end.', zh: '{dir} 中没有运行的实验环境，无需停止。' },
  'lab-does-not-end': {
    en: 'Could not end the lab: process {pid} still runs after {seconds} s.\nEnd it: kill -9 {pid}',
    zh: '无法停止实验环境：进程 {pid} {seconds} 秒后仍在运行。\n强制结束：kill -9 {pid}',
  },
} satisfies Words
