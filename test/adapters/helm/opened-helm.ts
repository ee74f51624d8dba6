import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openHelm } from '../../../src/adapters/helm/helm.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { Deploy } from '../../../src/domain/deploy.ts'
import type { Topology } from '../../../src/domain/topology.ts'
import type { Helm } from '../../../src/ports/helm.ts'

const DEPLOY: Deploy = {
  chart: {},
  values: ['/values/all of them.yaml'],
  releases: { 'zone-a': { name: 'gateway', namespace: 'higress-system', values: ['/values/zone-a.yaml'] } },
  waves: [['zone-a']],
  drain: false,
  hold: 1000,
  timeout: 90_000,
}
export const TOPOLOGY = {
  name: 'one',
  centers: [{ name: 'zone-a', region: 'north', context: 'east' }],
  deploy: DEPLOY,
} as unknown as Topology

export interface OpenedHelm {
  readonly helm: Helm
  readonly dir: string
  readonly state: string
}

/** The adapter with a program, a state directory and a kubeconfig of the test's own; both are gone with it. `state` may be another one's. */
export function openedHelm(program: string, env: Readonly<Record<string, string>> = {}, state?: string): OpenedHelm {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-helm-'))
  const kubeconfig = join(dir, 'kubeconfig')
  const named = (name: string, key: string, value: unknown): unknown => [{ name, [key]: value }]
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: named('c', 'cluster', { server: 'https://127.0.0.1:1' }),
      users: named('u', 'user', { token: 'not-a-real-token' }),
      contexts: named('east', 'context', { cluster: 'c', user: 'u' }),
    }),
  )
  const here = state ?? join(dir, 'state')
  const helm = openHelm({
    program,
    topology: TOPOLOGY,
    kubeconfig,
    env: { PATH: process.env['PATH'] ?? '', HOME: join(dir, 'home'), ...env },
    state: here,
    clock: systemClock,
    weights: { lay: (render) => render, hold: () => true },
    clusters: new Map(),
  })
  onTestFinished(async () => {
    await helm.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return { helm, dir, state: here }
}

export const soon = (): { readonly at: number } => ({ at: systemClock.monotonic() + 30_000 })
