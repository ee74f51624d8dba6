import { type Server, createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LOOPBACK, listen } from '../../../src/lab/listen.ts'
import { type Scraper, openScraper } from '../../../src/lab/metrics/scraper.ts'
import { type Tsdb, openTsdb } from '../../../src/lab/metrics/tsdb.ts'
import { instantQuery } from '../../../src/lab/promql/query.ts'

let server: Server
let answer: { status: number; body: string; hangs?: boolean }
let clock = 0
let tsdb: Tsdb
let scraper: Scraper

beforeEach(async () => {
  answer = { status: 200, body: 'a_total 1\nb{zone="x"} 2\n' }
  server = createServer((_, response) => {
    if (answer.hangs !== true) response.writeHead(answer.status).end(answer.body)
  })
  const port = await listen(server)
  clock = 0
  tsdb = openTsdb({ most: 1000 })
  const target = { url: `http://${LOOPBACK}:${port}/stats`, labels: { job: 'gateway', instance: 'g:1', zone: 'zone-a' } }
  scraper = openScraper({ targets: [target], tsdb, interval: 300, now: () => clock })
})
afterEach(async () => {
  await scraper.close()
  server.closeAllConnections()
  server.close()
})

async function scrapeAt(time: number): Promise<void> {
  clock = time
  await scraper.scrape()
}
function values(query: string, time = clock): readonly unknown[] {
  const { result } = instantQuery(query, time, tsdb)
  return result.type === 'vector' ? result.vector.map(({ labels, value }) => ({ ...labels, value })) : []
}

test('every series gets the labels of its target, which win over its own, and the scrape tells of itself', async () => {
  await scrapeAt(1000)
  const own = { job: 'gateway', instance: 'g:1', zone: 'zone-a' }
  expect(values('{__name__=~"a_total|b|up|scrape_samples_scraped|scrape_series_added"}')).toEqual([
    { __name__: 'a_total', ...own, value: 1 },
    { __name__: 'b', ...own, value: 2 },
    { __name__: 'up', ...own, value: 1 },
    { __name__: 'scrape_samples_scraped', ...own, value: 2 },
    { __name__: 'scrape_series_added', ...own, value: 2 },
  ])
  expect(scraper.states()).toMatchObject([{ health: 'up', lastError: '', lastScrape: 1000 }])
})

test('a series that is gone from the answer is gone at once', async () => {
  await scrapeAt(1000)
  answer.body = 'a_total 5\n'
  await scrapeAt(2000)
  expect(values('{__name__=~"a_total|b"}')).toMatchObject([{ __name__: 'a_total', value: 5 }])
  expect(values('b', 1999)).toMatchObject([{ value: 2 }])
})

test.each([
  ['an error', { status: 500, body: '' }, 'server returned HTTP status 500'],
  ['a page of a proxy', { status: 200, body: '<html>sorry</html>' }, 'line 1 is no sample: <html>sorry</html>'],
  ['silence', { status: 200, body: '', hangs: true }, /./],
])('%s ends every series and says up 0; the next good answer brings them back', async (_, bad, error) => {
  await scrapeAt(1000)
  const good = answer
  answer = bad
  await scrapeAt(2000)
  expect(values('{__name__=~"a_total|b|up"}')).toMatchObject([{ __name__: 'up', value: 0 }])
  expect(scraper.states()).toMatchObject([{ health: 'down', lastError: expect.stringMatching(error) }])
  answer = good
  await scrapeAt(3000)
  expect(values('{__name__=~"a_total|up"}')).toMatchObject([{ value: 1 }, { value: 1 }])
})
