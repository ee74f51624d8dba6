import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canonical } from '../domain/canonical.ts'

/** Keeps an object as read in `objects/<sha256>.json` (0600) of a run's directory, durable when this resolves, and answers the hash of its content. */
export async function keepPreimage(directory: string, object: unknown): Promise<string> {
  const content = canonical(object)
  const hash = createHash('sha256').update(content).digest('hex')
  const folder = join(directory, 'objects')
  const file = join(folder, `${hash}.json`)
  if (await exists(file)) return hash
  if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncDirectory(directory)
  const draft = join(folder, `.${hash}-${randomBytes(4).toString('hex')}`)
  await writeDurably(draft, content)
  await rename(draft, file)
  await syncDirectory(folder)
  return hash
}

/** The object with that hash. Throws where the file is missing; a file whose content has another hash is `undefined`. */
export async function readPreimage(directory: string, hash: string): Promise<{ readonly object: unknown } | undefined> {
  const content = await readFile(join(directory, 'objects', `${hash}.json`), 'utf8')
  if (createHash('sha256').update(content).digest('hex') !== hash) return undefined
  return { object: JSON.parse(content) }
}

/** Makes the names in a directory durable. Systems that cannot sync a directory are left alone. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  )
}
