import { execFileSync } from 'node:child_process'

/** Processes that live and have `text` in their command line. */
export function runningWith(text: string): readonly string[] {
  const all = execFileSync('ps', ['-axww', '-o', 'pid=,stat=,command='], { encoding: 'utf8' })
  return all.split('\n').filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line))
}
