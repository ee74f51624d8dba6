import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** sha256 (hex) of a packed chart's bytes, or of a directory's files by name and content, in the order of their names. Version control is no part of a chart. */
export async function chartDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  if (!(await stat(path)).isDirectory()) return hash.update(await readFile(path)).digest('hex')
  for (const file of await filesIn(path)) {
    const content = await readFile(file)
    hash.update(`${relative(path, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const found = await Promise.all(
    entries
      .filter(({ name }) => name !== '.git')
      .map(async (entry) => {
        const path = join(directory, entry.name)
        if (entry.isDirectory()) return await filesIn(path)
        return entry.isFile() || entry.isSymbolicLink() ? [path] : []
      }),
  )
  return found.flat().toSorted()
}
