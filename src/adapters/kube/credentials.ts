import { createHash } from 'node:crypto'
import type { RequestOptions } from 'node:https'
import type { ContextAccess } from './contexts.ts'

/** What a connection and a request need: derived from the client library, plus the login plugin's answer. */
export interface Credentials {
  readonly tls: TlsOptions
  readonly headers: Readonly<Record<string, string>>
  /** Changes when a connection must be made anew. */
  readonly fingerprint: string
}
export interface TlsOptions {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly rejectUnauthorized?: boolean
  readonly servername?: string
}

/** Reads certificates, tokens and token files, refreshes OIDC, and runs the plugin where there is one. Rejects with an error whose message is fit for people. */
export async function readCredentials({ config, plugin }: ContextAccess): Promise<Credentials> {
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const given = await plugin?.credential()
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim()
  if (typeof options.auth === 'string') headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`
  if (given?.token !== undefined) headers['authorization'] ??= `Bearer ${given.token}`
  const tls = {
    ...picked('ca', options.ca),
    ...picked('cert', given?.cert ?? options.cert),
    ...picked('key', given?.key ?? options.key),
    ...picked('rejectUnauthorized', options.rejectUnauthorized),
    ...picked('servername', (options as { servername?: string }).servername),
  } as TlsOptions
  const digest = createHash('sha256')
  for (const part of [tls.ca, tls.cert, tls.key]) digest.update(part ?? '').update('\0')
  return { tls, headers, fingerprint: digest.digest('hex') }
}

function picked(key: string, value: unknown): object {
  return value === undefined || value === null ? {} : { [key]: value }
}
