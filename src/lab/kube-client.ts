import { Pool } from 'undici'
import type { KubeObject } from './kube-object.ts'

/** How to reach one API server: PEM texts, not files. */
export interface ApiAccess {
  readonly url: string
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  /** The name in the server's certificate, where it is not the host of `url`. */
  readonly serverName?: string
}

export interface KubeAnswer {
  readonly status: number
  readonly body: unknown
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject
}

/**
 * A plain HTTPS client of one API server: what stands above the API in the lab (gateways, node agents) uses this and nothing else, so that it works with any engine.
 * Calls have no time-out: a stalled API server stalls them, as it does the components of a real cluster.
 */
export interface KubeClient {
  /** Rejects for what the network did; any HTTP status is an answer. */
  send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<KubeAnswer>
  mergePatch(path: string, body: unknown): Promise<KubeAnswer>
  watch(path: string, resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent>
  /** Cuts every call and watch. */
  close(): Promise<void>
}

/** Connections for calls; each watch has one of its own. A handshake costs more than a call. */
const CALLS = 4

export function openKubeClient({ url, caCert, clientCert, clientKey, serverName }: ApiAccess): KubeClient {
  const open = (connections: number | null): Pool =>
    new Pool(url, {
      allowH2: false,
      connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        ca: caCert,
        cert: clientCert,
        key: clientKey,
        timeout: 0,
        ...(serverName === undefined ? {} : { servername: serverName }),
      },
    })
  const calls = open(CALLS)
  const watches = open(null)

  const call = async (method: string, path: string, body: unknown, type: string): Promise<KubeAnswer> => {
    const answer = await calls.request({
      method,
      path,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    return { status: answer.statusCode, body: isJson && text !== '' ? JSON.parse(text) : undefined }
  }

  return {
    send: (method, path, body) => call(method, path, body, 'application/json'),
    mergePatch: (path, body) => call('PATCH', path, body, 'application/merge-patch+json'),
    async *watch(path, resourceVersion, signal) {
      const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion })
      const { statusCode, body } = await watches.request({
        method: 'GET',
        path: `${path}?${query.toString()}`,
        headers: { accept: 'application/json' },
        signal,
      })
      body.setEncoding('utf8')
      let rest = ''
      for await (const chunk of body) {
        rest += chunk
        if (statusCode !== 200) continue
        const lines = rest.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent
      }
      if (statusCode !== 200) throw new Error(`watch of ${path}: HTTP ${statusCode} ${rest.slice(0, 200)}`)
    },
    async close() {
      await Promise.all([calls.destroy(), watches.destroy()])
    },
  }
}
