import { openLoop } from '../load/open-loop.ts'

type Target = Parameters<typeof openLoop>[0]['targets'][number]

/** Begins the ids of background requests: the ledger leaves them out. */
export const LOAD_PREFIX = 'lab-load'

/** Clients that are always there: an open loop, evenly through the gateways that have an entry share, over the paths of the routes that carry traffic. */
export interface BackgroundLoad {
  /** Requests per second; 0 stops it. */
  set(rate: number): Promise<void>
  figures(): { readonly rate: number; readonly sent: number; readonly failed: number }
  close(): Promise<void>
}

const PATHS = [
  { host: 'ai.example.com', path: '/api/health', headers: {} },
  { host: 'ai.example.com', path: '/v1/chat', headers: {} },
  { host: 'ai.example.com', path: '/', headers: {} },
  { host: 'ai.example.com', path: '/', headers: { 'X-Client-Region': 'beijing' } },
  { host: 'dr.ai.example.com', path: '/', headers: {} },
]
const TIMEOUT = 1000 // ms

export function openBackgroundLoad(gateways: readonly { readonly gateway: string; readonly url: string }[]): BackgroundLoad {
  const targets = PATHS.flatMap((path) =>
    gateways.map(({ gateway, url }): Target => ({
      gateway,
      url,
      service: 'ai-service',
      probe: { ...path, expect: 200, timeout: TIMEOUT, center: { header: 'x-center' }, values: {} },
    })),
  )
  let rate = 0
  let sent = 0
  let failed = 0
  let streams = 0
  let stream: ReturnType<typeof openLoop> | undefined
  const count = (): void => {
    for (const { ok } of stream?.take() ?? []) {
      sent++
      if (!ok) failed++
    }
  }
  const timer = setInterval(count, 1000).unref() // so that results do not pile up

  const set = async (wanted: number): Promise<void> => {
    const old = stream
    rate = wanted
    await old?.stop()
    count()
    stream = wanted > 0 ? openLoop({ targets, rate: wanted, idPrefix: `${LOAD_PREFIX}-${streams++}` }) : undefined
  }
  return {
    set,
    figures() {
      count()
      return { rate, sent, failed }
    },
    async close() {
      clearInterval(timer)
      await set(0)
    },
  }
}
