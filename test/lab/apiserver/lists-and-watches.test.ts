import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded, type EmbeddedCluster, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { clientOf, configMapOf, configMaps, take, type Body, type Client } from './client.ts'

let lab: EmbeddedLab
let cluster: EmbeddedCluster
let api: Client
beforeAll(async () => {
  lab = await startEmbedded(['zone-a'], { bookmarkEvery: 20 })
  cluster = lab.cluster('zone-a')
  api = clientOf(cluster)
  for (const [i, tier] of ['front', 'back', 'front', 'back', 'none'].entries())
    await api.post(configMaps, configMapOf(`map-${i}`, {}, { tier }))
})
afterAll(async () => {
  await api.close()
  await lab.close()
})

const namesOf = (list: Body) => list.items.map((item: Body) => item.metadata.name)

describe('lists', () => {
  test('come in pages of one moment', async () => {
    const first = await api.get(`${configMaps}?limit=2`)
    expect(namesOf(first.body)).toEqual(['map-0', 'map-1'])
    expect(first.body.metadata.remainingItemCount).toBe(3)
    await api.post(configMaps, configMapOf('map-00'))
    const second = await api.get(`${configMaps}?limit=2&continue=${first.body.metadata.continue}`)
    const third = await api.get(`${configMaps}?limit=2&continue=${second.body.metadata.continue}`)
    expect([...namesOf(second.body), ...namesOf(third.body)]).toEqual(['map-2', 'map-3', 'map-4'])
    expect(third.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion })
    await api.call('DELETE', `${configMaps}/map-00`)
  })

  test('whose token has expired answer 410', async () => {
    const { body } = await api.get(`${configMaps}?limit=1`)
    cluster.server.compact()
    expect((await api.get(`${configMaps}?limit=1&continue=${body.metadata.continue}`)).body).toMatchObject({ code: 410, reason: 'Expired' })
  })

  test.each([
    ['labelSelector=tier%3Dfront', ['map-0', 'map-2']],
    ['labelSelector=tier!%3Dfront,tier', ['map-1', 'map-3', 'map-4']],
    ['labelSelector=tier+in+(front,none)', ['map-0', 'map-2', 'map-4']],
    ['labelSelector=tier+notin+(front,back)', ['map-4']],
    ['labelSelector=!tier', []],
    ['fieldSelector=metadata.name%3Dmap-3', ['map-3']],
    ['labelSelector=tier%3Dback&fieldSelector=metadata.name!%3Dmap-3', ['map-1']],
  ])('filter by %s', async (query, names) => {
    expect(namesOf((await api.get(`${configMaps}?${query}`)).body)).toEqual(names)
  })

  test('refuse a field that is not indexed, and a version from the future', async () => {
    expect((await api.get(`${configMaps}?fieldSelector=data.a%3Db`)).status).toBe(400)
    expect((await api.get(`${configMaps}?resourceVersion=999999&resourceVersionMatch=NotOlderThan`)).body).toMatchObject({
      code: 504,
      reason: 'Timeout',
    })
  })

  test('show items of built-ins without their kind, as a real server does', async () => {
    const { body } = await api.get(configMaps)
    expect(body.kind).toBe('ConfigMapList')
    expect(body.items[0].kind).toBeUndefined()
  })

  test('are tables when asked for', async () => {
    const { body } = await api.get(configMaps, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' })
    expect(body.columnDefinitions.map(({ name }: Body) => name)).toEqual(['Name', 'Data', 'Age'])
    expect(body.rows[0]).toMatchObject({
      cells: ['map-0', '0', expect.stringMatching(/^\d+s$/)],
      object: { kind: 'PartialObjectMetadata' },
    })
  })
})

describe('watches', () => {
  async function watching(query: string, act: (events: AsyncGenerator<Body>) => Promise<void>) {
    const stop = new AbortController()
    const events = api.watch(`${configMaps}?watch=true&${query}`, stop.signal)
    await act(events)
    stop.abort()
    await events.next().catch(() => undefined)
  }
  const version = () => cluster.server.objects.store.version

  test('go on from a version without a gap', async () => {
    const from = version()
    await api.post(configMaps, configMapOf('seen', { a: '1' }))
    await api.mergePatch(`${configMaps}/seen`, { data: { a: '2' } })
    await api.call('DELETE', `${configMaps}/seen`)
    await watching(`resourceVersion=${from}`, async (events) => {
      const seen = await take(events, 3)
      expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
      expect(seen.map(({ object }) => Number(object.metadata.resourceVersion))).toEqual([from + 1, from + 2, from + 3])
    })
  })

  test('tell of objects that come under a selector and leave it', async () => {
    await api.post(configMaps, configMapOf('mover', {}, { on: 'no' }))
    await watching(`labelSelector=on%3Dyes&resourceVersion=${version()}`, async (events) => {
      for (const on of ['yes', 'yes', 'no'])
        await api.mergePatch(`${configMaps}/mover`, { metadata: { labels: { on } }, data: { at: String(version()) } })
      const seen = await take(events, 3)
      expect(seen.map(({ type, object }) => [type, object.metadata.labels.on])).toEqual([
        ['ADDED', 'yes'],
        ['MODIFIED', 'yes'],
        ['DELETED', 'yes'],
      ])
    })
  })

  test('begin with the state when no version is named, and mark its end when asked', async () => {
    await watching(
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=tier%3Dfront',
      async (events) => {
        const [a, b, end] = await take(events, 3)
        expect([a, b].map(({ type, object }) => [type, object.metadata.name])).toEqual([
          ['ADDED', 'map-0'],
          ['ADDED', 'map-2'],
        ])
        expect(end).toMatchObject({
          type: 'BOOKMARK',
          object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
        })
      },
    )
  })

  test('send bookmarks to those who ask', async () => {
    await watching(`allowWatchBookmarks=true&resourceVersion=${version()}`, async (events) => {
      const [bookmark] = await take(events, 1)
      expect(bookmark).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(version()) } } })
    })
  })

  test('from too old a version end with a 410', async () => {
    const old = version() - 1
    cluster.server.compact()
    await watching(`resourceVersion=${old}`, async (events) => {
      const seen = await take(events, 2)
      expect(seen).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
    })
  })

  test('are forgotten when their client has gone', async () => {
    const open = cluster.server.watches
    await watching('', async (events) => {
      await take(events, 1)
      expect(cluster.server.watches).toBe(open + 1)
    })
    await expect.poll(() => cluster.server.watches).toBe(open)
  })

  test('end when the server ends them', async () => {
    await watching(`resourceVersion=${version()}`, async (events) => {
      const next = events.next()
      await expect.poll(() => cluster.server.watches).toBeGreaterThan(0)
      cluster.server.endWatches()
      expect((await next).done).toBe(true)
    })
  })
})
