import { readFile } from 'node:fs/promises'
import type { RequestOptions } from 'node:https'
import { isEntry, type Entry } from './kubeconfig.ts'

/** What a connection and a request need of a context's cluster and user entries. */
export interface Login {
  readonly tls: TlsOptions
  readonly headers: Readonly<Record<string, string>>
}
export interface TlsOptions {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly rejectUnauthorized?: boolean
  readonly servername?: string
}

/**
 * Reads certificates, keys and tokens, from the kubeconfig itself before files, as kubectl does; a token file before a token.
 * Users of an `auth-provider` (OIDC, GCP, Azure) are left to the client library, which knows how to renew theirs; it is loaded for them alone.
 */
export async function logIn(cluster: Entry, user: Entry): Promise<Login> {
  const provided = isEntry(user['auth-provider']) ? await providerHeaders(cluster, user) : {}
  const token = text(user['tokenFile']) === undefined ? text(user['token']) : (await readFile(String(user['tokenFile']), 'utf8')).trim()
  const [ca, cert, key] = await Promise.all([
    content(cluster, 'certificate-authority'),
    content(user, 'client-certificate'),
    content(user, 'client-key'),
  ])
  const headers = {
    ...(text(user['username']) === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${String(user['username'])}:${text(user['password']) ?? ''}`).toString('base64')}` }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...provided,
    ...(text(user['as']) === undefined ? {} : { 'impersonate-user': String(user['as']) }),
  }
  const servername = text(cluster['tls-server-name'])
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    ...(servername === undefined ? {} : { servername }),
  }
  return { tls, headers }
}

async function providerHeaders(cluster: Entry, user: Entry): Promise<Readonly<Record<string, string>>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      clusters: [{ name: 'cluster', cluster }],
      users: [{ name: 'user', user }],
      contexts: [{ name: 'only', context: { cluster: 'cluster', user: 'user' } }],
      'current-context': 'only',
    }),
  )
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  return Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value).trim()]))
}

/** `<key>-data` is base64, `<key>` a path. */
async function content(entry: Entry, key: string): Promise<Buffer | undefined> {
  const data = text(entry[`${key}-data`])
  if (data !== undefined) return Buffer.from(data, 'base64')
  const file = text(entry[key])
  return file === undefined ? undefined : await readFile(file)
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
