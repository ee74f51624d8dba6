import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { canonical } from '../domain/canonical.ts'
import { syncContent, syncDirectory } from './durable.ts'

/** Where a run's preimages are: `objects/` of its directory. */
export function preimagesFolder(directory: string): string {
  return join(directory, 'objects')
}

/**
 * Keeps objects as read in `objects/<sha256>.json` (0600) of a run's directory; each is durable when its promise resolves with the hash of its content.
 * An object that is kept twice is written once, and objects that are kept at the same time share one sync of the directory. Only syncing leaves the thread: each of the other operations takes less time than its way to another and back.
 */
export function preimageKeeper(directory: string): (object: object) => Promise<string> {
  const folder = preimagesFolder(directory)
  const sync = shared(() => syncDirectory(folder))
  const known = new WeakMap<object, Promise<string>>()
  const keep = async (object: object): Promise<string> => {
    const content = canonical(object)
    const hash = createHash('sha256').update(content).digest('hex')
    const file = join(folder, `${hash}.json`)
    if (mkdirSync(folder, { recursive: true, mode: 0o700 })) await syncDirectory(directory)
    if (!holds(file, content)) putInPlace(file, content)
    // Whoever named it may have ended, or be waiting still, before it was durable.
    await Promise.all([syncContent(file), sync()])
    return hash
  }
  return (object) => {
    const keeping = known.get(object) ?? keep(object)
    known.set(object, keeping)
    keeping.catch(() => known.delete(object))
    return keeping
  }
}

/** A file that lost its content with the power is written again. */
function holds(file: string, content: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8') === content
}

/** One task at a time: whoever asks while it runs waits for the next round, together with all others. */
function shared(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    running = task().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (running === undefined) return begin()
    return (next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return begin()
      }))
  }
}

/** The object with that hash. Throws where the file is missing; a file whose content has another hash is `undefined`. */
export async function readPreimage(directory: string, hash: string): Promise<{ readonly object: unknown } | undefined> {
  const content = await readFile(join(preimagesFolder(directory), `${hash}.json`), 'utf8')
  if (createHash('sha256').update(content).digest('hex') !== hash) return undefined
  return { object: JSON.parse(content) }
}

/** A reader finds all of it, or nothing. */
function putInPlace(file: string, content: string): void {
  const draft = join(dirname(file), `.${basename(file)}-${randomBytes(4).toString('hex')}`)
  writeFileSync(draft, content, { flag: 'wx', mode: 0o600 })
  renameSync(draft, file)
}
