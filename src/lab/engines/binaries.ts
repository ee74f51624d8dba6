import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKubeClient } from '../kube-client.ts'
import { type ControlPlane, controlPlane, etcdFiles } from './control-plane.ts'
import { definitionsIn, establish } from './definitions.ts'
import { type EngineCluster, type LabEngine, LabRefusal, inOrder } from './engine.ts'
import { freePorts } from './free-ports.ts'
import { type GuardedProcess, startGuarded } from './guarded-process.ts'

const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const
const READY = 180_000 // ms for one part to answer; on a busy machine it may take a minute, and one that ends is not waited for
const POLL = 50 // ms
const ATTEMPTS = 3

export interface BinariesOptions {
  /** The directory that holds the programs. */
  readonly binaries: string
  /** Further arguments of each kube-apiserver. */
  readonly apiserver?: readonly string[]
}

/**
 * Real control planes from the programs in `binaries`, named as envtest names them: one etcd with a prefix per center, one kube-apiserver and one kube-controller-manager each.
 * What they say is kept in `<lab>/logs`; what they store ends with the lab.
 */
export function binariesEngine({ binaries, apiserver = [] }: BinariesOptions): LabEngine {
  const processes: GuardedProcess[] = []
  let home: string | undefined

  const start = (program: (typeof PROGRAMS)[number], center: string | undefined, args: readonly string[], logs: string): GuardedProcess => {
    const name = center === undefined ? program : `${program}-${center}`
    const started = startGuarded(name, join(binaries, program), args, join(logs, `${name}.log`))
    processes.push(started)
    return started
  }
  const kill = async (): Promise<void> => {
    await Promise.all(processes.splice(0).map((one) => one.kill()))
  }

  const attempt = async (names: readonly string[], dir: string): Promise<readonly EngineCluster[]> => {
    const [own, logs] = [join(dir, 'engine'), join(dir, 'logs')]
    home = own
    rmSync(own, { recursive: true, force: true })
    for (const one of [own, logs]) mkdirSync(one, { recursive: true, mode: 0o700 })
    const [client = 0, peer = 0, ...ports] = await freePorts(2 + names.length)
    const etcd = etcdFiles(own, [client, peer])
    start('etcd', undefined, etcd.args, logs) // an API server waits for it by itself
    const centers = names.map(async (name, i) => {
      const plane = controlPlane(name, own, ports[i] ?? 0, etcd.access)
      const server = start('kube-apiserver', name, [...plane.apiserver, ...apiserver], logs)
      return await ready(plane, server, () => start('kube-controller-manager', name, plane.controllers, logs))
    })
    return inOrder(await Promise.allSettled(centers))
  }

  const ready = async (plane: ControlPlane, server: GuardedProcess, startControllers: () => GuardedProcess): Promise<EngineCluster> => {
    const { name, url, authority } = plane
    const admin = authority.issueClient({ commonName: 'lab-admin', organizations: ['system:masters'] })
    const access = { url, caCert: authority.cert, clientCert: admin.cert, clientKey: admin.key }
    const client = openKubeClient(access)
    const answers = async (path: string): Promise<boolean> =>
      await client.send('GET', path).then(
        ({ status }) => status === 200,
        () => false,
      )
    try {
      await until(() => answers('/readyz'), server)
      const controllers = startControllers()
      await establish(client, definitionsIn(binaries), performance.now() + READY)
      // Without its namespace's account no Pod is admitted: the first sign of life of the controllers.
      await until(() => answers('/api/v1/namespaces/kube-system/serviceaccounts/default'), controllers)
    } finally {
      await client.close()
    }
    return {
      name,
      ...access,
      issueClient: (user, groups = []) => authority.issueClient({ commonName: user, organizations: groups }),
    }
  }

  /** A part that ends while it is waited for, or while another one is, ends the waiting. */
  const until = async (isSo: () => Promise<boolean>, whose: GuardedProcess): Promise<void> => {
    const limit = performance.now() + READY
    while (!(await isSo())) {
      const ended = processes.find(({ running }) => !running)
      if (ended !== undefined) throw new Error(`${ended.name} ended: ${ended.lastWords()}\nIts log: ${ended.logPath}`)
      if (performance.now() > limit)
        throw new Error(`${whose.name} was not ready after ${READY / 1000} s: ${whose.lastWords()}\nIts log: ${whose.logPath}`)
      await sleep(POLL)
    }
  }

  return {
    name: 'binaries',
    async up(names, dir) {
      const missing = PROGRAMS.filter((program) => !isExecutable(join(binaries, program)))
      if (missing.length > 0) throw new LabRefusal(`${binaries} holds no ${missing.join(', ')}`)
      for (let left = ATTEMPTS - 1; ; left--) {
        try {
          return await attempt(names, dir)
        } catch (error) {
          await kill()
          const taken = error instanceof Error && error.message.includes('address already in use')
          if (!taken || left === 0) throw error
        }
      }
    },
    async down() {
      await kill()
      if (home !== undefined) rmSync(home, { recursive: true, force: true })
    },
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
