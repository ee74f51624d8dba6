import { createHash } from 'node:crypto'
import type { ContextAccess } from './contexts.ts'
import { logIn, type Login, type TlsOptions } from './login.ts'

/** What a connection and a request need: of the kubeconfig, and of the login plugin's answer. */
export interface Credentials extends Login {
  /** Changes when a connection must be made anew. */
  readonly fingerprint: string
}

/** Reads certificates, tokens and token files, and runs the plugin where there is one. Rejects with an error whose message is fit for people. */
export async function readCredentials({ cluster, user, plugin }: Pick<ContextAccess, 'cluster' | 'user' | 'plugin'>): Promise<Credentials> {
  const [own, given] = await Promise.all([logIn(cluster, user), plugin?.credential()])
  const headers = given?.token === undefined ? own.headers : { authorization: `Bearer ${given.token}`, ...own.headers }
  const tls: TlsOptions = {
    ...own.tls,
    ...(given?.cert === undefined || given.key === undefined ? {} : { cert: given.cert, key: given.key }),
  }
  const digest = createHash('sha256')
  for (const part of [tls.ca, tls.cert, tls.key]) digest.update(part ?? '').update('\0')
  return { tls, headers, fingerprint: digest.digest('hex') }
}
