import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfigOf, startEmbedded } from '../../src/lab/embedded.ts'
import { binariesEngine } from '../../src/lab/engines/binaries.ts'
import { openFaultProxy } from '../../src/lab/fault-proxy.ts'
import type { ApiAccess } from '../../src/lab/kube-client.ts'
import { type Client, clientOf } from '../lab/apiserver/client.ts'

/** One API server of each kind, with controllers and without nodes, and a client of each. */
export interface Pair {
  readonly embedded: Side
  readonly real: Side
  /** The same on both at once. */
  both<T>(act: (side: Side) => Promise<T>): Promise<Both<T>>
  close(): Promise<void>
}

export interface Side {
  readonly client: Client
  /** A folder of its own, with the file `kubeconfig`. */
  readonly home: string
  /** The embedded server forgets at once what came before; the real one does so by itself, every five seconds. */
  forgetHistory(): Promise<void>
  /** Another way to it, which can be cut. */
  openLink(): Promise<Link>
}

export interface Link {
  readonly url: string
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

export interface Both<T> {
  readonly embedded: T
  readonly real: T
}

export async function openPair(binaries: string): Promise<Pair> {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-pair-'))
  const engine = binariesEngine({ binaries, apiserver: ['--etcd-compaction-interval=5s'] })
  const [lab, [cluster]] = await Promise.all([startEmbedded(['one']), engine.up(['one'], dir)])
  const side = (access: ApiAccess | undefined, forgetHistory: () => void): Side => {
    if (access === undefined) throw new Error('no cluster')
    const home = mkdtempSync(join(dir, 'home-'))
    writeFileSync(join(home, 'kubeconfig'), kubeconfigOf([{ ...access, name: 'one' }]), { mode: 0o600 })
    return { client: clientOf(access), home, forgetHistory: async () => forgetHistory(), openLink: () => openLink(access.url) }
  }
  const [embedded, real] = [side(lab.clusters[0], () => lab.clusters[0]?.server.compact()), side(cluster, () => undefined)]
  return {
    embedded,
    real,
    async both(act) {
      const [ours, theirs] = await Promise.all([act(embedded), act(real)])
      return { embedded: ours, real: theirs }
    },
    async close() {
      await Promise.all([embedded.client.close(), real.client.close()])
      await Promise.all([lab.close(), engine.down()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function openLink(to: string): Promise<Link> {
  const { hostname, port } = new URL(to)
  const proxy = await openFaultProxy(() => ({ host: hostname, port: Number(port) }))
  return {
    url: `https://${hostname}:${proxy.port}`,
    cut: () => proxy.set({ kind: 'refuse' }),
    mend: () => proxy.set(null),
    close: () => proxy.close(),
  }
}
