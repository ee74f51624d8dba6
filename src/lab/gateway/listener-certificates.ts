import { X509Certificate, createPrivateKey } from 'node:crypto'
import { type SecureContext, createSecureContext } from 'node:tls'
import type { KubeObject } from '../kube-object.ts'
import { covers } from './attachment.ts'
import type { Gateway, Listener } from './http-route.ts'

export type Secret = KubeObject & { readonly type?: string; readonly data?: Readonly<Record<string, string>> }

/** What HTTPS listeners show their clients. */
export interface ListenerCertificates {
  /** False: a Secret that it names is missing, or holds no certificate with its key. */
  isUsable(listener: Listener, gateway: Gateway): boolean
  /** By the name that a client asks for; without one, or where no listener has it, that of the first listener. */
  contextFor(name: string): SecureContext | undefined
}

/** Looks at the listeners and Secrets as they are now. */
export function listenerCertificates(gateways: readonly Gateway[], secrets: ReadonlyMap<string, Secret>): ListenerCertificates {
  const contexts = new Map<string, SecureContext | undefined>()
  const ofSecret = (key: string): SecureContext | undefined => {
    if (!contexts.has(key)) contexts.set(key, contextOf(secrets.get(key)))
    return contexts.get(key)
  }
  const ofListener = ({ tls }: Listener, gateway: Gateway): SecureContext | undefined => {
    const refs = tls?.mode === 'Passthrough' ? [] : (tls?.certificateRefs ?? [])
    const found = refs.map(({ name, namespace = gateway.metadata.namespace }) => ofSecret(`${namespace}/${name}`))
    return found.length > 0 && found.every((one) => one !== undefined) ? found[0] : undefined
  }
  const offers = gateways.flatMap((gateway) =>
    (gateway.spec?.listeners ?? []).flatMap((listener) => {
      const context = listener.protocol === 'HTTPS' ? ofListener(listener, gateway) : undefined
      return context === undefined ? [] : [{ hostname: listener.hostname ?? '*', context }]
    }),
  )
  return {
    isUsable: (listener, gateway) => ofListener(listener, gateway) !== undefined,
    contextFor: (name) => (offers.find(({ hostname }) => covers(hostname, name)) ?? offers[0])?.context,
  }
}

function contextOf(secret: Secret | undefined): SecureContext | undefined {
  const { 'tls.crt': cert = '', 'tls.key': key = '' } = secret?.data ?? {}
  try {
    const pair = { cert: Buffer.from(cert, 'base64'), key: Buffer.from(key, 'base64') }
    if (!new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))) return undefined
    return createSecureContext(pair)
  } catch {
    return undefined
  }
}
