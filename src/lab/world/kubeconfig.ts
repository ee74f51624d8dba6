import { stringify } from 'yaml'
import type { ApiAccess } from '../kube-client.ts'
import { CONTEXT_PREFIX } from './centers.ts'

/** A kubeconfig with one context per center, and no current one: a command that names no center must not reach any. */
export function labKubeconfig(centers: readonly { readonly name: string; readonly access: ApiAccess }[]): string {
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64')
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: centers.map(({ name, access }) => ({
        name: CONTEXT_PREFIX + name,
        cluster: { server: access.url, 'certificate-authority-data': base64(access.caCert) },
      })),
      users: centers.map(({ name, access }) => ({
        name: CONTEXT_PREFIX + name,
        user: { 'client-certificate-data': base64(access.clientCert), 'client-key-data': base64(access.clientKey) },
      })),
      contexts: centers.map(({ name }) => ({
        name: CONTEXT_PREFIX + name,
        context: { cluster: CONTEXT_PREFIX + name, user: CONTEXT_PREFIX + name },
      })),
      'current-context': '',
    },
    { lineWidth: 0 },
  )
}
