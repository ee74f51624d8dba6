import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The real Helms of `TRICENTER_LAB_BINARIES`, by major; empty: not run, no binaries. */
export function realHelms(): readonly { readonly major: 3 | 4; readonly program: string }[] {
  const directory = process.env['TRICENTER_LAB_BINARIES']
  if (directory === undefined) return []
  return ([3, 4] as const)
    .map((major) => ({ major, program: join(directory, `helm${major}`) }))
    .filter(({ program }) => existsSync(program))
}
