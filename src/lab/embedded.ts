import { stringify } from 'yaml'
import type { Rules } from './apiserver/admission.ts'
import { seedRoles } from './apiserver/authorization.ts'
import type { Tree } from './apiserver/json.ts'
import { Objects } from './apiserver/objects.ts'
import { ApiServer } from './apiserver/server.ts'
import { startControllers } from './controllers/controllers.ts'
import { definitions } from './crds/definitions.ts'
import { gatewayRules } from './crds/gateway-rules.ts'
import type { ApiAccess } from './kube-client.ts'
import { createAuthority, type KeyPair } from './pki.ts'

/** One cluster of the lab and how its administrator reaches it; certificates and keys are PEM. */
export interface EmbeddedCluster {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  /** Hooks for faults and for watching what clients do; `server.objects` is the store behind it. */
  readonly server: ApiServer
  /** A certificate for another user, whom only roles allow anything. */
  issueClient(user: string, groups?: readonly string[]): KeyPair
}

export interface EmbeddedLab {
  readonly clusters: readonly EmbeddedCluster[]
  /** Throws for a name that was not started. */
  cluster(name: string): EmbeddedCluster
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** ms since the epoch. */
  readonly now?: () => number
  /** False: no Deployment, endpoint or garbage collecting controllers run. */
  readonly controllers?: boolean
  /** ms between bookmarks of a watch. */
  readonly bookmarkEvery?: number
  /** Further CustomResourceDefinitions, beside those of the Gateway API and Higress. */
  readonly definitions?: readonly Tree[]
}

const rules = new Map<string, Rules>(Object.entries(gatewayRules))
const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Starts one API server per name in this process, on ports of 127.0.0.1, under a certificate authority that ends with it. */
export async function startEmbedded(names: readonly string[], options: EmbeddedOptions = {}): Promise<EmbeddedLab> {
  const now = options.now ?? Date.now
  const authority = createAuthority('tricenter lab', now())
  const started = await Promise.all(names.map((name) => start(name)))

  async function start(name: string): Promise<EmbeddedCluster & { stop(): Promise<void> }> {
    const objects = new Objects(now, rules)
    const manager = 'kube-apiserver'
    for (const space of namespaces) objects.create(objects.target('namespaces.'), { metadata: { name: space } }, { manager })
    seedRoles(objects)
    const crds = objects.target('customresourcedefinitions.apiextensions.k8s.io')
    for (const definition of [...definitions, ...(options.definitions ?? [])])
      objects.create(crds, structuredClone(definition), { manager })
    const stopControllers = options.controllers === false ? () => undefined : startControllers(objects)
    const { bookmarkEvery } = options
    const identity = authority.issueServer(['localhost', '127.0.0.1', 'kubernetes', 'kubernetes.default.svc'])
    const server = new ApiServer({ caCert: authority.cert, ...identity, objects, ...(bookmarkEvery !== undefined && { bookmarkEvery }) })
    const port = await server.listen()
    const issueClient = (user: string, groups: readonly string[] = []) => authority.issueClient({ commonName: user, organizations: groups })
    const admin = issueClient('lab-admin', ['system:masters'])
    const stop = () => {
      stopControllers()
      return server.close()
    }
    return {
      name,
      url: `https://127.0.0.1:${port}`,
      port,
      caCert: authority.cert,
      clientCert: admin.cert,
      clientKey: admin.key,
      server,
      issueClient,
      stop,
    }
  }

  return {
    clusters: started,
    cluster(name) {
      const found = started.find((one) => one.name === name)
      if (found === undefined) throw new Error(`the lab has no cluster ${name}`)
      return found
    },
    async close() {
      await Promise.all(started.map(({ stop }) => stop()))
    },
  }
}

/** Who a kubeconfig speaks for and where: `url` may be that of a proxy in front of the server. */
export interface KubeconfigEntry extends ApiAccess {
  readonly name: string
}

/** A kubeconfig with one context per entry, named like it, and the first one current. Holds private keys: write it 0600. */
export function kubeconfigOf(entries: readonly KubeconfigEntry[]): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': entries[0]?.name ?? '',
    clusters: entries.map(({ name, url, caCert, serverName }) => ({
      name,
      cluster: {
        server: url,
        'certificate-authority-data': base64(caCert),
        ...(serverName === undefined ? {} : { 'tls-server-name': serverName }),
      },
    })),
    users: entries.map(({ name, clientCert, clientKey }) => ({
      name,
      user: { 'client-certificate-data': base64(clientCert), 'client-key-data': base64(clientKey) },
    })),
    contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  })
}
