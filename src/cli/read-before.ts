import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory, removeOld } from './cache-directory.ts'

declare const TRICENTER_BUILD: string | undefined

/** What identifies this build; from sources there is none, and nothing is remembered. */
const thisBuild = typeof TRICENTER_BUILD === 'string' ? TRICENTER_BUILD : undefined

/**
 * A document that this very build has read and found right before, by its bytes, so that a switch waits neither for the YAML parser nor for the schemas.
 * Kept in `$XDG_CACHE_HOME/tricenter` (0600); whatever is wrong there counts as not known. `read` answers plain data, and throws where the document is wrong.
 */
export async function readOnce<T>(
  env: Readonly<Record<string, string | undefined>>,
  kind: string,
  bytes: Buffer,
  read: () => Promise<T>,
  build = thisBuild,
): Promise<T> {
  if (build === undefined) return await read()
  const folder = cacheDirectory(env)
  const file = join(folder, `${kind}-${digest(build, kind, bytes)}.json`)
  const known = remembered<T>(file)
  if (known !== undefined) return known.value
  const value = await read()
  remember(folder, file, JSON.stringify(value))
  return value
}

/** The first line is the digest of the rest: a file that was cut or changed is not believed. */
function remembered<T>(file: string): { readonly value: T } | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const end = text.indexOf('\n')
    const json = text.slice(end + 1)
    return text.slice(0, end) === digest(json) ? { value: JSON.parse(json) as T } : undefined
  } catch {
    return undefined
  }
}

function remember(folder: string, file: string, json: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, `${digest(json)}\n${json}`, { mode: 0o600 })
    renameSync(draft, file)
    removeOld(folder)
  } catch {
    // Nothing is lost but time.
  }
}

function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}
