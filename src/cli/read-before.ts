import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory, keepInCache } from './cache-directory.ts'

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
  const file = join(cacheDirectory(env), `${kind}-${digest(build, kind, bytes)}.json`)
  const known = remembered<T>(file)
  if (known !== undefined) return known.value
  const value = await read()
  const json = JSON.stringify(value)
  keepInCache(file, `${digest(json)}\n${json}`)
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

function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex')
}
