import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCluster } from '../../src/adapters/kube/cluster.ts'
import { loadContexts } from '../../src/adapters/kube/contexts.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { kubeconfigOf } from '../../src/lab/embedded.ts'
import { binariesEngine } from '../../src/lab/engines/binaries.ts'
import { type KubeClient, openKubeClient } from '../../src/lab/kube-client.ts'
import type { Cluster, Kind, WatchEvent } from '../../src/ports/cluster.ts'

const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? ''
const none = binaries === ''
const httpRoutes: Kind = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', kind: 'HTTPRoute', namespaced: true }
const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
const PATH = '/api/v1/namespaces/default/configmaps'

describe.skipIf(none)(none ? 'watching a real API server (not run: no binaries)' : 'watching a real API server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-watch-'))
  const engine = binariesEngine({ binaries })
  let client: KubeClient
  let cluster: Cluster
  const stop = new AbortController()
  const within = (ms: number) => ({ at: systemClock.monotonic() + ms })
  beforeAll(async () => {
    const [access] = await engine.up(['one'], dir)
    if (access === undefined) throw new Error('no cluster')
    client = openKubeClient(access)
    const kubeconfig = join(dir, 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigOf([{ ...access, name: 'one' }]), { mode: 0o600 })
    const contexts = await loadContexts({ kubeconfig, env: {} })
    cluster = openCluster({ center: 'zone-a', context: 'one', contexts, clock: systemClock, version: '0.0.0' })
  })
  afterAll(async () => {
    stop.abort()
    await cluster?.close()
    await client?.close()
    await engine.down()
    rmSync(dir, { recursive: true, force: true })
  })

  const versionNow = async (): Promise<string> => {
    let version = ''
    for await (const page of cluster.pages(configMaps, { namespace: 'default' }, within(20_000)))
      if (page.state === 'present') ({ version } = page.value)
    return version
  }
  const watching = (kind: Kind, version: string) => {
    const events = cluster.watch(kind, { namespace: 'default', version }, within(20_000), stop.signal)[Symbol.asyncIterator]()
    return async (): Promise<WatchEvent | undefined> => ((await events.next()) as IteratorResult<WatchEvent, undefined>).value
  }

  test('what happens after a list is told, and goes on from the last version', async () => {
    const next = watching(configMaps, await versionNow())
    expect(await next()).toEqual({ type: 'opened' })
    await client.send('POST', PATH, { metadata: { name: 'one' }, data: { key: 'a' } })
    const added = await next()
    expect(added).toMatchObject({ type: 'added', object: { kind: 'ConfigMap', data: { key: 'a' } } })
    await client.mergePatch(`${PATH}/one`, { data: { key: 'b' } })
    const modified = await next()
    expect(modified).toMatchObject({ type: 'modified', object: { data: { key: 'b' } } })
    await client.send('DELETE', `${PATH}/one`)
    expect(await next()).toMatchObject({ type: 'deleted', object: { metadata: { name: 'one' } } })
    const again = watching(configMaps, added !== undefined && 'version' in added ? added.version : '')
    expect([(await again())?.type, await again(), (await again())?.type]).toEqual(['opened', modified, 'deleted'])
  })

  test('a version that is too old, told as an event of an answer with 200, has expired', async () => {
    const next = watching(httpRoutes, '2')
    expect([await next(), await next(), await next()]).toEqual([{ type: 'opened' }, { type: 'expired' }, undefined])
  })

  test('bookmarks come though nothing happens to what is watched', { timeout: 240_000 }, async () => {
    const version = await versionNow()
    const next = watching(configMaps, version)
    expect(await next()).toEqual({ type: 'opened' })
    // Something else moves the version on, as in every cluster that lives.
    await client.send('POST', '/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'elsewhere' } })
    const bookmark = await next()
    expect(bookmark).toEqual({ type: 'bookmark', version: expect.stringMatching(/^\d+$/) })
    expect(Number(bookmark !== undefined && 'version' in bookmark ? bookmark.version : 0)).toBeGreaterThan(Number(version))
  })
})
