import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PatchOperation } from '../../src/domain/change.ts'
import type { Cluster, Kind, KubeObject, ListOptions, WatchEvent } from '../../src/ports/cluster.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'

const configMaps: Kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true }
const deployments: Kind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true }
const httpRoutes: Kind = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', kind: 'HTTPRoute', namespaced: true }
const unheardOf: Kind = { group: 'nowhere.example', version: 'v1', plural: 'things', kind: 'Thing', namespaced: true }

export interface ClusterFixture {
  readonly cluster: Cluster
  /** The same API, asked by somebody who may do nothing. */
  readonly stranger: Cluster
  /** Namespaces `default` and `other` are there, the kind `Thing` is not served. */
  put(manifest: Manifest): void
  /** Forgets what happened until now. */
  compact(): void
  /** Ends every watch, as a server does that restarts. */
  endWatches(): void
  /** Sees to it that a bookmark comes soon. */
  bookmark(): void
  /** A deadline so many ms from now. */
  within(ms: number): { readonly at: number }
  close(): Promise<void>
}

/** What every implementation of the cluster port promises. The list of `default` takes several pages where there are pages. */
export function clusterContract(name: string, open: () => Promise<ClusterFixture>): void {
  describe(`the cluster port, ${name}`, () => {
    let it: ClusterFixture
    beforeAll(async () => {
      it = await open()
      for (const name of ['a', 'b', 'c', 'd', 'e']) it.put(configMap('default', name, { tier: name < 'c' ? 'low' : 'high' }))
      it.put(configMap('other', 'a', { tier: 'low' }))
    })
    afterAll(() => it.close())
    let serial = 0
    const fresh = (): string => {
      const name = `subject-${++serial}`
      it.put({ ...configMap('other', name, {}), data: { key: 'value' } })
      return name
    }
    const patch = (name: string, operations: readonly PatchOperation[], kind = configMaps) =>
      it.cluster.patch(kind, 'other', name, operations, it.within(5000))
    const get = async (name: string, kind = configMaps): Promise<KubeObject> => {
      const seen = await it.cluster.get(kind, 'other', name, it.within(5000))
      if (seen.state !== 'present') throw new Error(seen.state)
      return seen.value
    }

    test('a named object is present with what the API adds to it', async () => {
      const seen = await it.cluster.get(configMaps, 'default', 'a', it.within(5000))
      expect(seen).toMatchObject({
        state: 'present',
        value: { kind: 'ConfigMap', metadata: { name: 'a', uid: expect.any(String), resourceVersion: expect.any(String) } },
      })
    })

    test('an object that is not there is absent', async () => {
      expect(await it.cluster.get(configMaps, 'default', 'nobody', it.within(5000))).toMatchObject({ state: 'absent' })
    })

    test('a list is whole, and every item has its kind', async () => {
      const seen = await it.cluster.list(configMaps, { namespace: 'default' }, it.within(5000))
      const items = seen.state === 'present' ? seen.value : []
      expect(items.map(({ metadata }) => metadata.name).filter((name) => name.length === 1)).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect(new Set(items.map(({ kind, apiVersion }) => `${apiVersion} ${kind}`))).toEqual(new Set(['v1 ConfigMap']))
    })

    test('a list holds what its selector says, of every namespace unless one is named', async () => {
      const seen = await it.cluster.list(configMaps, { labelSelector: 'tier=low' }, it.within(5000))
      const items = seen.state === 'present' ? seen.value : []
      expect(items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual(['default/a', 'default/b', 'other/a'])
    })

    test('the list of a kind that is not served is absent', async () => {
      expect(await it.cluster.list(unheardOf, {}, it.within(5000))).toMatchObject({ state: 'absent' })
      for await (const page of it.cluster.pages(unheardOf, {}, it.within(5000))) expect(page.state).toBe('absent')
    })

    test('pages hold together what the list holds', async () => {
      const options = { namespace: 'default' }
      const seen = await it.cluster.list(configMaps, options, it.within(5000))
      const names: string[] = []
      for await (const page of it.cluster.pages(configMaps, options, it.within(5000))) {
        if (page.state !== 'present') throw new Error(page.state)
        const { bytes, from, until } = page.value
        const items = JSON.parse(`[${bytes.toString('utf8', from, until)}]`) as readonly KubeObject[]
        names.push(...items.map(({ metadata }) => metadata.name))
      }
      expect(names).toEqual(seen.state === 'present' ? seen.value.map(({ metadata }) => metadata.name) : [])
      expect(names.length).toBeGreaterThan(4)
    })

    test('a patch is applied and answers the object as it is now', async () => {
      const name = fresh()
      expect(await patch(name, [{ op: 'replace', path: '/data/key', value: 'new' }])).toMatchObject({
        kind: 'applied',
        object: { data: { key: 'new' } },
      })
      expect(await get(name)).toMatchObject({ data: { key: 'new' } })
    })

    test('a test that fails is a conflict, and nothing of the patch is applied', async () => {
      const name = fresh()
      const before = await get(name)
      const result = await patch(name, [
        { op: 'add', path: '/data/more', value: 'x' },
        { op: 'test', path: '/data/key', value: 'other' },
      ])
      expect(result).toEqual({ kind: 'conflict', reason: 'test-failed' })
      expect(await get(name)).toEqual(before)
    })

    test('a test of a whole value holds whatever the order of its keys', async () => {
      const name = fresh()
      await patch(name, [{ op: 'add', path: '/data/also', value: 'x' }])
      expect(await patch(name, [{ op: 'test', path: '/data', value: { also: 'x', key: 'value' } }])).toMatchObject({ kind: 'applied' })
    })

    test('absence is tested with null', async () => {
      const name = fresh()
      const mark: readonly PatchOperation[] = [
        { op: 'test', path: '/metadata/annotations', value: null },
        { op: 'add', path: '/metadata/annotations', value: { 'tricenter.io/run': 'x' } },
      ]
      expect(await patch(name, mark)).toMatchObject({ kind: 'applied' })
      expect(await patch(name, mark)).toEqual({ kind: 'conflict', reason: 'test-failed' })
    })

    test('a key that holds a slash is reached by ~1, and replaced even when it is missing', async () => {
      const name = fresh()
      await patch(name, [{ op: 'add', path: '/metadata/annotations', value: {} }])
      await patch(name, [{ op: 'add', path: '/metadata/annotations', value: { one: '1' } }])
      const result = await patch(name, [{ op: 'replace', path: '/metadata/annotations/tricenter.io~1run', value: 'x' }])
      expect(result).toMatchObject({ kind: 'applied', object: { metadata: { annotations: { one: '1', 'tricenter.io/run': 'x' } } } })
    })

    test('adding under a map that is missing is a conflict', async () => {
      expect(await patch(fresh(), [{ op: 'add', path: '/metadata/annotations/one', value: '1' }])).toEqual({
        kind: 'conflict',
        reason: 'test-failed',
      })
    })

    test('a stale resourceVersion is a conflict of versions', async () => {
      const name = fresh()
      const { metadata } = await get(name)
      await patch(name, [{ op: 'replace', path: '/data/key', value: 'newer' }])
      expect(await patch(name, [{ op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion }])).toEqual({
        kind: 'conflict',
        reason: 'version',
      })
    })

    test('an object that is gone rejects the patch', async () => {
      expect(await patch('nobody', [{ op: 'add', path: '/data', value: {} }])).toMatchObject({ kind: 'rejected', status: 404 })
    })

    test('a patch that changes nothing leaves the resourceVersion', async () => {
      const name = fresh()
      const before = await get(name)
      expect(await patch(name, [{ op: 'replace', path: '/data/key', value: 'value' }])).toMatchObject({ kind: 'applied' })
      expect((await get(name)).metadata.resourceVersion).toBe(before.metadata.resourceVersion)
    })

    test('the generation rises with the spec and with nothing else', async () => {
      it.put(deployment('counted'))
      const generation = async (): Promise<number> => (await get('counted', deployments)).metadata.generation ?? 0
      const first = await generation()
      await patch('counted', [{ op: 'add', path: '/metadata/annotations', value: { one: '1' } }], deployments)
      expect(await generation()).toBe(first)
      await patch('counted', [{ op: 'replace', path: '/spec/replicas', value: 7 }], deployments)
      expect(await generation()).toBe(first + 1)
    })

    test('a value that the schema does not allow is rejected and not taken for a failed test', async () => {
      it.put(route('routed'))
      const result = await patch('routed', [{ op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 1_000_001 }], httpRoutes)
      expect(result).toMatchObject({ kind: 'rejected', status: 422 })
    })

    test('an object is created once, and with what the API adds to it', async () => {
      const name = `created-${++serial}`
      const object = { ...configMap('other', name, {}), data: { key: 'value' } }
      expect(await it.cluster.create(configMaps, object, it.within(5000))).toMatchObject({
        kind: 'applied',
        object: { metadata: { name, uid: expect.any(String) } },
      })
      expect(await get(name)).toMatchObject({ data: { key: 'value' } })
      expect(await it.cluster.create(configMaps, object, it.within(5000))).toEqual({ kind: 'conflict', reason: 'test-failed' })
    })

    test('an object of a kind that is not served cannot be created', async () => {
      const object = { ...configMap('other', 'thing', {}), apiVersion: 'nowhere.example/v1', kind: 'Thing' }
      expect(await it.cluster.create(unheardOf, object, it.within(5000))).toMatchObject({ kind: 'rejected', status: 404 })
    })

    test('only the very object that was read is removed', async () => {
      const name = fresh()
      const { metadata } = await get(name)
      const remove = (uid: string, resourceVersion: string) =>
        it.cluster.remove(configMaps, 'other', name, { uid, resourceVersion }, it.within(5000))
      expect(await remove('another', metadata.resourceVersion)).toEqual({ kind: 'conflict', reason: 'version' })
      await patch(name, [{ op: 'replace', path: '/data/key', value: 'newer' }])
      expect(await remove(metadata.uid, metadata.resourceVersion)).toEqual({ kind: 'conflict', reason: 'version' })
      const now = (await get(name)).metadata
      expect(await remove(now.uid, now.resourceVersion)).toMatchObject({ kind: 'applied' })
      expect(await it.cluster.get(configMaps, 'other', name, it.within(5000))).toMatchObject({ state: 'absent' })
      expect(await remove(now.uid, now.resourceVersion)).toEqual({ kind: 'conflict', reason: 'test-failed' })
    })

    /** The version of the list as it is now. */
    const versionNow = async (options: ListOptions = {}): Promise<string> => {
      let version = ''
      for await (const page of it.cluster.pages(configMaps, options, it.within(5000)))
        if (page.state === 'present') ({ version } = page.value)
      return version
    }
    const stops: AbortController[] = []
    afterEach(() => stops.splice(0).forEach((stop) => stop.abort()))
    /** A watch, and what it tells next; bookmarks are passed over unless they are asked for. */
    const watching = (version: string, options: ListOptions = { namespace: 'other' }, kind = configMaps, cluster = it.cluster) => {
      const stop = new AbortController()
      stops.push(stop)
      const events = cluster.watch(kind, { ...options, version }, it.within(5000), stop.signal)[Symbol.asyncIterator]()
      const next = async (): Promise<WatchEvent | undefined> => {
        const { value, done } = await events.next()
        if (done === true) return undefined
        return value.type === 'bookmark' && !bookmarks ? await next() : value
      }
      let bookmarks = false
      return { next, stop, withBookmarks: () => (bookmarks = true) }
    }
    const brief = (event: WatchEvent | undefined) =>
      event !== undefined && 'object' in event
        ? [event.type, event.object.metadata.name, event.object['data'] ?? null]
        : [event?.type ?? 'nothing']

    test('a watch tells what happened after its version, in order, and the last version goes on from there', async () => {
      const from = await versionNow()
      const name = fresh()
      const { next } = watching(from)
      expect(brief(await next())).toEqual(['opened'])
      expect(brief(await next())).toEqual(['added', name, { key: 'value' }])
      await patch(name, [{ op: 'replace', path: '/data/key', value: 'new' }])
      const modified = await next()
      expect(brief(modified)).toEqual(['modified', name, { key: 'new' }])
      const { metadata } = await get(name)
      expect(modified).toMatchObject({ version: metadata.resourceVersion })
      await it.cluster.remove(configMaps, 'other', name, metadata, it.within(5000))
      const deleted = await next()
      expect(brief(deleted)).toEqual(['deleted', name, { key: 'new' }])
      const again = watching(metadata.resourceVersion)
      expect(brief(await again.next())).toEqual(['opened'])
      expect(await again.next()).toEqual(deleted)
    })

    test('a watch sees its namespace and its selector alone, and what leaves that is deleted', async () => {
      const { next } = watching(await versionNow(), { namespace: 'other', labelSelector: 'colour=red' })
      await next()
      it.put(configMap('default', `seen-${++serial}`, { colour: 'red' }))
      it.put(configMap('other', `seen-${++serial}`, { colour: 'blue' }))
      it.put(configMap('other', `seen-${++serial}`, { colour: 'red' }))
      const name = `seen-${serial}`
      expect(brief(await next())).toEqual(['added', name, null])
      await patch(name, [{ op: 'replace', path: '/metadata/labels/colour', value: 'green' }])
      expect(brief(await next())).toEqual(['deleted', name, null])
    })

    test('a version that the server no longer knows has expired', async () => {
      const from = await versionNow()
      fresh()
      it.compact()
      const { next } = watching(from)
      expect(brief(await next())).toEqual(['opened'])
      expect(brief(await next())).toEqual(['expired'])
      expect(await next()).toBeUndefined()
    })

    test('a bookmark names a version to go on from', async () => {
      const { next, withBookmarks } = watching(await versionNow())
      withBookmarks()
      await next()
      const told = next()
      it.bookmark()
      expect(await told).toEqual({ type: 'bookmark', version: await versionNow() })
    })

    test('a watch that the server ends says so, and another goes on', async () => {
      const { next } = watching(await versionNow())
      await next()
      const told = next()
      it.endWatches()
      expect(brief(await told)).toEqual(['ended'])
      expect(await next()).toBeUndefined()
    })

    test('a watch that is called off ends at once and says no more', async () => {
      const { next, stop } = watching(await versionNow())
      await next()
      const told = next()
      stop.abort()
      expect(await told).toBeUndefined()
    })

    test('a kind that is not served cannot be watched, and a deadline that has passed sends nothing', async () => {
      const { next } = watching('1', {}, unheardOf)
      expect(await next()).toMatchObject({ type: 'gap', gap: { state: 'absent' } })
      const late = it.cluster.watch(configMaps, { version: '1' }, it.within(-1), new AbortController().signal)
      for await (const event of late) expect(event).toMatchObject({ type: 'gap', gap: { state: 'unreachable' } })
    })

    test('an access review says what is allowed and what is not', async () => {
      const right = { verb: 'patch', group: 'gateway.networking.k8s.io', resource: 'httproutes' }
      expect(await it.cluster.allowed(right, it.within(5000))).toMatchObject({ state: 'present', value: true })
      expect(await it.stranger.allowed(right, it.within(5000))).toMatchObject({ state: 'present', value: false })
    })

    test('a deadline that has passed gives no answer and sends nothing', async () => {
      const name = fresh()
      const before = await get(name)
      expect(await it.cluster.get(configMaps, 'other', name, it.within(-1))).toMatchObject({ state: 'unreachable' })
      expect(
        await it.cluster.patch(configMaps, 'other', name, [{ op: 'replace', path: '/data/key', value: 'late' }], it.within(-1)),
      ).toEqual({ kind: 'unknown', reason: 'no-answer' })
      expect(await get(name)).toEqual(before)
    })

    test('after close everything is unreachable', async () => {
      await it.stranger.close()
      expect(await it.stranger.get(configMaps, 'default', 'a', it.within(5000))).toMatchObject({ state: 'unreachable' })
      expect(await it.stranger.list(configMaps, {}, it.within(5000))).toMatchObject({ state: 'unreachable' })
      const { next } = watching('1', {}, configMaps, it.stranger)
      expect(await next()).toMatchObject({ type: 'gap', gap: { state: 'unreachable' } })
    })
  })
}

function configMap(namespace: string, name: string, labels: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels } }
}

function deployment(name: string): Manifest {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'other' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'none' }] } },
    },
  }
}

function route(name: string): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'other' },
    spec: { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: 'service', port: 80, weight: 1 }] }] },
  }
}
