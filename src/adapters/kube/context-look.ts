import { X509Certificate } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join, sep } from 'node:path'
import type { ContextSighting, OwnCertificate } from '../../ports/station.ts'
import { loadContexts, type KubeconfigSource } from './contexts.ts'
import { type Entry, isEntry } from './kubeconfig.ts'
import { logIn, text } from './login.ts'
import { readKubeconfig } from './merged-kubeconfig.ts'
import { nearest } from './nearest.ts'

/** How one context would reach its cluster: read from files, and nothing is started or asked. It never throws. */
export async function lookAtContext(name: string, source: KubeconfigSource): Promise<ContextSighting> {
  try {
    const [contexts, { contexts: entries, users }] = await Promise.all([loadContexts(source), readKubeconfig(source)])
    const entry = entries.get(name)
    if (entry === undefined) {
      const near = nearest(name, [...entries.keys()])
      return { state: 'missing', known: [...entries.keys()], ...(near === undefined ? {} : { near }) }
    }
    const found = contexts.access(name)
    if (typeof found === 'string') return { state: 'unusable', why: found }
    const { server, cluster, user, proxy } = found
    const [authority, certificate, plugin] = await Promise.all([
      unreadableAuthority(cluster),
      certificateOf(user),
      pluginOf(users.get(text(entry['user']) ?? ''), source.env),
    ])
    return {
      state: 'usable',
      server,
      proxied: proxy !== undefined,
      unverified: cluster['insecure-skip-tls-verify'] === true,
      ...(authority === undefined ? {} : { authorityUnreadable: authority }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(plugin === undefined ? {} : { plugin }),
    }
  } catch (error) {
    return { state: 'unusable', why: messageOf(error) }
  }
}

async function unreadableAuthority(cluster: Entry): Promise<string | undefined> {
  try {
    const { tls } = await logIn(cluster, {})
    if (tls.ca !== undefined) certificateIn(tls.ca)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Throws where it is none. */
function certificateIn(pem: string | Buffer): X509Certificate {
  return new X509Certificate(pem)
}

async function certificateOf(user: Entry): Promise<OwnCertificate | undefined> {
  const keys = ['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data']
  try {
    const { tls } = await logIn({}, Object.fromEntries(keys.flatMap((key) => (key in user ? [[key, user[key]]] : []))))
    if (tls.cert === undefined) return undefined
    if (tls.key === undefined) return { unreadable: 'it has no key' }
    const { subject, validFrom, validTo } = certificateIn(tls.cert)
    return { subject: /^CN=(.+)$/m.exec(subject)?.[1] ?? '', validFrom: Date.parse(validFrom), validTo: Date.parse(validTo) }
  } catch (error) {
    return { unreadable: messageOf(error) }
  }
}

/** As `spawn` looks for it: a path as it is, a name in PATH. */
async function pluginOf(
  user: Entry | undefined,
  env: KubeconfigSource['env'],
): Promise<Extract<ContextSighting, { state: 'usable' }>['plugin']> {
  const exec = user?.['exec']
  if (!isEntry(exec)) return undefined
  const command = text(exec['command']) ?? ''
  const hint = text(exec['installHint'])
  const paths = command.includes(sep) ? [command] : (env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, command))
  const startable = await Promise.all(
    paths.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return { command, found: command !== '' && startable.includes(true), ...(hint === undefined ? {} : { hint: hint.trim() }) }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path } = error as NodeJS.ErrnoException
  return code !== undefined && path !== undefined ? `${path}: ${code}` : (error.message.split('\n')[0] ?? '')
}
