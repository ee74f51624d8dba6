import { PrometheusDriver, ResponseType } from 'prometheus-query'
import type { Judged } from './raw-answer.ts'

export { ResponseType }

/** What a driver's request became: the path below `/api/v1/` and its query. */
export type Send = (url: string) => Promise<Judged>

/**
 * One request of prometheus-query, sent and judged by us: the library builds it (path, encoding, times), and its axios is given an adapter that hands the raw answer to `send`.
 * Its own reading of answers is not used: it drops `warnings`, takes HTTP 200 with `status: error` for a TypeError and HTML for a network error, and reads `+Inf` as NaN.
 * Answers `undefined` where no request could be made of what was asked.
 */
export async function judgedRequest(
  endpoint: string,
  ask: (driver: PrometheusDriver) => Promise<unknown>,
  send: Send,
): Promise<Judged | undefined> {
  let judged: Judged | undefined
  const driver = new PrometheusDriver({
    endpoint,
    requestInterceptor: {
      onFulfilled: (config) => ({
        ...config,
        adapter: async (request) => {
          judged = await send(`${request.baseURL ?? ''}${request.url ?? ''}?${String(request.params)}`)
          const data = 'data' in judged ? { status: 'success', data: judged.data } : { status: 'error' }
          return { data, status: 200, statusText: '', headers: {}, config: request }
        },
      }),
    },
  })
  await ask(driver).catch(() => undefined)
  return judged
}
