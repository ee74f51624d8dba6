import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kubeconfigOf } from '../embedded.ts'
import { LOOPBACK } from '../listen.ts'
import { type Authority, createAuthority } from '../pki.ts'

/** What one center's programs are started with. */
export interface ControlPlane {
  readonly name: string
  readonly url: string
  readonly authority: Authority
  readonly apiserver: readonly string[]
  readonly controllers: readonly string[]
}

export interface EtcdAccess {
  readonly url: string
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
}

/** The controllers without which an object of everyday use would not come to life or would not go. None of nodes: the lab's have no kubelet whose silence means anything. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'cronjob-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
  'disruption-controller',
  'resourcequota-controller',
]

/** Writes the keys of etcd's own authority into `dir`, so that only who holds them reads what the API servers store; answers its arguments and the access to it. */
export function etcdFiles(
  dir: string,
  [client, peer]: readonly [client: number, peer: number],
): { readonly args: readonly string[]; readonly access: EtcdAccess } {
  const authority = createAuthority('tricenter lab etcd', Date.now())
  const put = writer(dir, 'etcd')
  const caFile = put('ca.crt', authority.cert)
  const server = authority.issueServer([LOOPBACK, 'localhost'])
  const reader = authority.issueClient({ commonName: 'kube-apiserver' })
  const url = `https://${LOOPBACK}:${client}`
  const peerUrl = `http://${LOOPBACK}:${peer}` // it has no peer; etcd wants a port for one all the same
  const access = { url, caFile, certFile: put('client.crt', reader.cert), keyFile: put('client.key', reader.key) }
  const args = [
    '--name=lab',
    `--data-dir=${join(dir, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=lab=${peerUrl}`,
    '--client-cert-auth',
    `--trusted-ca-file=${caFile}`,
    `--cert-file=${put('server.crt', server.cert)}`,
    `--key-file=${put('server.key', server.key)}`,
    '--enable-grpc-gateway=false', // it would come as a client with the server's certificate
    '--unsafe-no-fsync', // what a lab stores dies with it
    '--log-level=warn',
  ]
  return { args, access }
}

/** Writes one center's keys into `dir`. Its authority is its own: a certificate of one center means nothing in another. */
export function controlPlane(name: string, dir: string, port: number, etcd: EtcdAccess): ControlPlane {
  const authority = createAuthority(`tricenter lab ${name}`, Date.now())
  const put = writer(dir, name)
  const url = `https://${LOOPBACK}:${port}`
  const caFile = put('ca.crt', authority.cert)
  const server = authority.issueServer(['localhost', LOOPBACK, '10.96.0.1', 'kubernetes', 'kubernetes.default.svc'])
  const tokens = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const tokenKey = put('tokens.key', tokens.privateKey)
  const controller = authority.issueClient({ commonName: 'system:kube-controller-manager' })
  const access = { name, url, caCert: authority.cert, clientCert: controller.cert, clientKey: controller.key }
  return {
    name,
    url,
    authority,
    apiserver: [
      `--etcd-servers=${etcd.url}`,
      `--etcd-prefix=/${name}`,
      `--etcd-cafile=${etcd.caFile}`,
      `--etcd-certfile=${etcd.certFile}`,
      `--etcd-keyfile=${etcd.keyFile}`,
      `--bind-address=${LOOPBACK}`,
      `--secure-port=${port}`,
      '--endpoint-reconciler-type=none', // an address of this machine would be refused as an endpoint, and no Pod asks for it
      `--cert-dir=${dir}`,
      `--tls-cert-file=${put('server.crt', server.cert)}`,
      `--tls-private-key-file=${put('server.key', server.key)}`,
      `--client-ca-file=${caFile}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${put('tokens.pub', tokens.publicKey)}`,
      `--service-account-signing-key-file=${tokenKey}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      '--profiling=false',
    ],
    controllers: [
      `--kubeconfig=${put('controllers.kubeconfig', kubeconfigOf([access]))}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${tokenKey}`,
      `--root-ca-file=${caFile}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--profiling=false',
      '--kube-api-qps=200', // a drill scales by tens of Pods, and what is measured there is not this limit
      '--kube-api-burst=400',
    ],
  }
}

const writer =
  (dir: string, prefix: string) =>
  (name: string, text: string): string => {
    const path = join(dir, `${prefix}-${name}`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
