import { defineCommand } from '../command.ts'

/** The contract, as printed and as docs/exit-codes.md says it. */
export const exitCodes: readonly { readonly code: number; readonly en: string; readonly zh: string }[] = [
  { code: 0, en: 'done; nothing to do; hypothesis held and was really observed', zh: '完成；无需操作；假设成立且确实被观测到' },
  {
    code: 1,
    en: 'checked, and the answer is no: a hypothesis that did not hold (and was restored), a failed check',
    zh: '已检查，答案为否：假设不成立（已恢复），检查未通过',
  },
  { code: 2, en: 'usage or input error: flags, YAML, schema', zh: '用法或输入错误：参数、YAML、模式' },
  { code: 3, en: 'refused by a guard; nothing changed', zh: '被防护拒绝；未做任何改动' },
  {
    code: 4,
    en: 'a center that was needed could not be read; what could be done was done, the rest is deferred',
    zh: '所需中心无法读取；能做的已完成，其余已推迟',
  },
  { code: 5, en: 'failed part-way and brought back to the last proved state, verified', zh: '中途失败，已恢复到最近一次验证过的状态' },
  {
    code: 6,
    en: 'failed part-way and not restored, or a rule had to be left as it was: a person must act',
    zh: '中途失败且未恢复，或有规则被保留原样：需要人工处理',
  },
  {
    code: 7,
    en: 'inconclusive: data missing, or too few samples; a drill was restored, a switch stands',
    zh: '无法判定：数据缺失或样本不足；演练已恢复，切换保持现状',
  },
  { code: 8, en: 'a bug, with a report file', zh: '程序缺陷，附报告文件' },
  { code: 129, en: 'hung up (SIGHUP); restored or cleanly stopped', zh: '挂断（SIGHUP）；已恢复或干净停止' },
  { code: 130, en: 'interrupted (SIGINT); restored or cleanly stopped', zh: '中断（SIGINT）；已恢复或干净停止' },
  { code: 143, en: 'terminated (SIGTERM); restored or cleanly stopped', zh: '终止（SIGTERM）；已恢复或干净停止' },
]

export const exitCodesCommand = defineCommand({
  name: 'exit-codes',
  summary: 'print the exit codes',
  run: (_, __, context) => {
    context.stdout.write(exitCodes.map(({ code, ...words }) => `${String(code).padStart(3)}  ${words[context.language]}\n`).join(''))
    return Promise.resolve(0)
  },
})
