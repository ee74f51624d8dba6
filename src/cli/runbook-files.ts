import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

const folder = (): string => join(packageRoot(), 'runbooks')

/** Names of the shipped runbooks, sorted. */
export function runbookNames(): readonly string[] {
  return readdirSync(folder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

export function runbookFile(name: string): string {
  return join(folder(), `${name}.yaml`)
}
