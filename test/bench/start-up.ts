import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { heading, inMs, line, spreadOf } from './figures.ts'
import { PROGRAM, done, versionOf } from './processes.ts'

const ROUNDS = 21

/** `--help` against a bare node, and against kubectl's; taken in turn, so that a slow moment hits all of them. */
export async function benchStartUp(): Promise<void> {
  heading('Start')
  const kubectl = versionOf('kubectl', ['version', '--client']) !== undefined
  const times: Record<'bare' | 'help' | 'kubectl', number[]> = { bare: [], help: [], kubectl: [] }
  for (let round = -2; round < ROUNDS; round++) {
    const bare = await took(process.execPath, ['-e', '0'])
    const help = await took(process.execPath, [PROGRAM, '--help'])
    const theirs = kubectl ? await took('kubectl', ['--help']) : Number.NaN
    if (round < 0) continue
    times.bare.push(bare)
    times.help.push(help)
    times.kubectl.push(theirs)
  }
  const [bare, help, theirs] = [spreadOf(times.bare), spreadOf(times.help), spreadOf(times.kubectl)]
  line('node -e 0', inMs(bare))
  line('tricenter --help', inMs(help), { value: help.median / bare.median, limit: 1.5 })
  if (kubectl) line('kubectl --help', `${inMs(theirs)}  tricenter/kubectl = ${(help.median / theirs.median).toFixed(2)}`)
  else line('kubectl --help', 'skipped: kubectl is not on PATH')
  const hot = statSync(fileURLToPath(new URL('../../dist/hot.cjs', import.meta.url))).size / 1024
  line('dist/hot.cjs, KiB', '', { value: hot, limit: 150, digits: 0 })
}

async function took(command: string, args: readonly string[]): Promise<number> {
  const { began, ended } = await done(command, args)
  return ended - began
}
