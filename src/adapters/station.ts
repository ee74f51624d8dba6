import { randomBytes } from 'node:crypto'
import { mkdir, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Station, StationSighting } from '../ports/station.ts'
import { lookAtContext } from './kube/context-look.ts'
import type { KubeconfigSource } from './kube/contexts.ts'
import { lookAtKubeconfig } from './kube/kubeconfig-look.ts'

export interface ThisStationOptions extends KubeconfigSource {
  /** The state directory. */
  readonly state: string
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

/** This machine. Looked at once; what was tried out leaves nothing behind. */
export function thisStation({ state, ...source }: ThisStationOptions): Station {
  let looked: Promise<StationSighting> | undefined
  const look = async (): Promise<StationSighting> => {
    const [kubeconfig, unwritable] = await Promise.all([lookAtKubeconfig(source), whyUnwritable(state)])
    return {
      kubeconfig,
      state: { directory: state, ...(unwritable === undefined ? {} : { unwritable }) },
      proxies: PROXIES.filter((name) => (source.env[name] ?? '') !== ''),
    }
  }
  return { look: () => (looked ??= look()), context: (name) => lookAtContext(name, source) }
}

/** Permission bits do not tell it (read-only mounts, full disks, root): a file is written and taken away, with every directory that was made for it. */
async function whyUnwritable(directory: string): Promise<string | undefined> {
  const file = join(directory, `.doctor-${randomBytes(4).toString('hex')}`)
  let made: string | undefined
  try {
    made = await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFile(file, 'x', { mode: 0o600, flag: 'wx', flush: true })
    await unlink(file)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    // Only empty directories go: somebody else may have begun to use one.
    if (made !== undefined)
      for (let one = directory; one.length >= made.length; one = dirname(one))
        if (
          !(await rmdir(one).then(
            () => true,
            () => false,
          ))
        )
          break
  }
}
