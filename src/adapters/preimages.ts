import { createHash, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fdatasync, fsync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonical } from '../domain/canonical.ts'

/** Where a run's preimages are: `objects/` of its directory. */
export function preimagesFolder(directory: string): string {
  return join(directory, 'objects')
}

/**
 * Keeps objects as read in `objects/<sha256>.json` (0600) of a run's directory; each is durable when its promise resolves with the hash of its content.
 * Objects that are kept at the same time share one sync of the directory. Only syncing leaves the thread: each of the other operations takes less time than its way to another and back.
 */
export function preimageKeeper(directory: string): (object: unknown) => Promise<string> {
  const folder = preimagesFolder(directory)
  const sync = shared(() => syncDirectory(folder))
  return async (object) => {
    const content = canonical(object)
    const hash = createHash('sha256').update(content).digest('hex')
    const file = join(folder, `${hash}.json`)
    if (!existsSync(file)) {
      if (mkdirSync(folder, { recursive: true, mode: 0o700 })) await syncDirectory(directory)
      const draft = join(folder, `.${hash}-${randomBytes(4).toString('hex')}`)
      await writeDurably(draft, content)
      renameSync(draft, file)
    }
    await sync()
    return hash
  }
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

/** Makes the names in a directory durable. Systems that cannot sync a directory are left alone. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = openSync(directory, 'r')
  try {
    await synced(fsync, opened)
  } finally {
    closeSync(opened)
  }
}

async function writeDurably(file: string, content: string): Promise<void> {
  const opened = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(opened, content)
    await synced(fdatasync, opened)
  } finally {
    closeSync(opened)
  }
}

/** `fsync` or `fdatasync` of an open file. */
export function synced(sync: typeof fsync | typeof fdatasync, opened: number): Promise<void> {
  return new Promise((resolve, reject) => sync(opened, (error) => (error === null ? resolve() : reject(error))))
}
