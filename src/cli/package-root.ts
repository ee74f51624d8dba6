import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's folder: the nearest one upward that holds the shipped runbooks, from the sources and from the built program alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'runbooks')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}
