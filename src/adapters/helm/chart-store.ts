import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { chartDigest } from './digest.ts'

/** How long (ms) a package is kept that nobody asks for: a run that is older is not resumed. */
const KEPT = 90 * 24 * 3_600_000

/** Packages by the sha256 of their bytes: a run that is resumed deploys what was confirmed, whatever its tag names by then. */
export interface ChartStore {
  /** The path of a package with these bytes; undefined: there is none, or it is not what it was. */
  find(digest: string): Promise<string | undefined>
  keep(file: string): Promise<{ readonly path: string; readonly digest: string }>
}

export function openChartStore(directory: string, now: () => number): ChartStore {
  const find = async (digest: string): Promise<string | undefined> => {
    const home = join(directory, digest)
    const [name] = await readdir(home).catch(() => [])
    if (name === undefined || (await chartDigest(join(home, name))) !== digest) return undefined
    const used = new Date(now())
    await utimes(home, used, used)
    return join(home, name)
  }
  return {
    find,
    async keep(file) {
      const digest = await chartDigest(file)
      await forget(directory, now() - KEPT)
      const path = join(directory, digest, basename(file))
      if ((await find(digest)) === undefined) {
        await rm(join(directory, digest), { recursive: true, force: true })
        await mkdir(join(directory, digest), { recursive: true, mode: 0o700 })
        await copyFile(file, `${path}.${process.pid}`)
        await rename(`${path}.${process.pid}`, path)
      }
      return { path: (await find(digest)) ?? path, digest }
    },
  }
}

async function forget(directory: string, before: number): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const used = await stat(join(directory, name)).catch(() => undefined)
    if (used !== undefined && used.mtimeMs < before) await rm(join(directory, name), { recursive: true, force: true })
  }
}
