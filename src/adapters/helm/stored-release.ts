import { gunzipSync, gzipSync } from 'node:zlib'
import type { Deadline } from '../../domain/change.ts'
import type { ReleaseSpec } from '../../domain/deploy.ts'
import type { Cluster, Kind } from '../../ports/cluster.ts'

const secrets: Kind = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true }

/**
 * A rollback applies the manifest as Helm stored it, and Helm offers no way to come between. So the stored manifest is changed for as long as the rollback takes,
 * on the condition that nobody else changed it, and put back afterwards. Answers the rollback's result, or a text that says why nothing was done.
 */
export async function withStoredManifest<T>(
  cluster: Cluster,
  { name, namespace }: ReleaseSpec,
  revision: number,
  laid: (manifest: string) => string,
  deadline: Deadline,
  rollBack: () => Promise<T>,
): Promise<T | string> {
  const secret = `sh.helm.release.v1.${name}.v${revision}`
  const change = async (
    from: (manifest: string) => boolean,
    to: (manifest: string) => string,
    by: Deadline,
  ): Promise<string | undefined> => {
    const seen = await cluster.get(secrets, namespace, secret, by)
    if (seen.state !== 'present') return `revision ${revision} is not kept in the Secret ${secret}, or could not be read (${seen.state})`
    const stored = (seen.value['data'] as { readonly release?: string } | undefined)?.release
    const release = stored === undefined ? undefined : decoded(stored)
    if (release === undefined) return `the Secret ${secret} holds no release that is understood`
    if (!from(release.manifest)) return undefined
    const result = await cluster.patch(
      secrets,
      namespace,
      secret,
      [
        { op: 'test', path: '/data/release', value: stored },
        { op: 'replace', path: '/data/release', value: encoded({ ...release, manifest: to(release.manifest) }) },
      ],
      by,
    )
    return result.kind === 'applied' ? undefined : `the Secret ${secret} could not be changed (${result.kind})`
  }
  let original = ''
  let changed = ''
  const lay = (manifest: string): string => {
    original = manifest
    changed = laid(manifest)
    return changed
  }
  const why = await change(() => true, lay, deadline).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  if (why !== undefined) return why
  try {
    return await rollBack()
  } finally {
    // Helm has written the revision's new status meanwhile: only the manifest goes back.
    await change(
      (manifest) => manifest === changed,
      () => original,
      { at: deadline.at + PUT_BACK },
    )
  }
}

/** How long (ms) after the rollback's deadline the manifest may take to be put back. */
const PUT_BACK = 30_000

interface StoredRelease {
  readonly manifest: string
  readonly [key: string]: unknown
}

/** As Helm keeps it: JSON, gzip, base64, and the base64 of the Secret. */
function decoded(data: string): StoredRelease | undefined {
  try {
    const value: unknown = JSON.parse(gunzipSync(Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64')).toString('utf8'))
    return typeof value === 'object' && value !== null && 'manifest' in value && typeof value.manifest === 'string'
      ? (value as StoredRelease)
      : undefined
  } catch {
    return undefined
  }
}

function encoded(release: StoredRelease): string {
  return Buffer.from(gzipSync(JSON.stringify(release)).toString('base64'), 'latin1').toString('base64')
}
