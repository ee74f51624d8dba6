import type { WriteResult } from '../../domain/change.ts'
import type { ReleaseHistory, ReleaseSpec, ReleaseStatus, Revision } from '../../domain/deploy.ts'
import { redactText } from '../../domain/redact.ts'
import type { ProcessResult } from '../process.ts'
import { isEntry } from '../kube/kubeconfig.ts'

const STATUSES: ReadonlySet<string> = new Set<ReleaseStatus>([
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
])

/** Only 3 and 4 are driven: any other major is not understood. */
export function versionOf(stdout: string): { readonly major: 3 | 4; readonly version: string } | undefined {
  const found = /^v?((3|4)\.\d+\.?[\w.+-]*)/.exec(stdout.trim())
  return found === null ? undefined : { major: found[2] === '3' ? 3 : 4, version: found[1] ?? '' }
}

/** `helm history -o json`, oldest first. Undefined: not what it says it is, and part of it is nothing. */
export function historyOf(stdout: string, { name, namespace }: ReleaseSpec): ReleaseHistory | undefined {
  const value = parsed(stdout)
  if (!Array.isArray(value)) return undefined
  const revisions = value.map(revisionOf)
  if (revisions.some((one) => one === undefined)) return undefined
  return { name, namespace, revisions: (revisions as readonly Revision[]).toSorted((a, b) => a.revision - b.revision) }
}

function revisionOf(value: unknown): Revision | undefined {
  if (!isEntry(value)) return undefined
  const { revision, status, chart, app_version: appVersion, description, updated } = value
  if (typeof revision !== 'number' || typeof status !== 'string') return undefined
  return {
    revision,
    status: STATUSES.has(status) ? (status as ReleaseStatus) : 'unknown',
    chart: textOf(chart),
    appVersion: textOf(appVersion),
    description: redactText(textOf(description)),
    updated: textOf(updated),
  }
}

/** The manifests of `helm upgrade --dry-run=server -o json`, hooks behind them. */
export function renderedOf(stdout: string): string | undefined {
  const value = parsed(stdout)
  if (!isEntry(value) || typeof value['manifest'] !== 'string') return undefined
  const hooks = Array.isArray(value['hooks']) ? value['hooks'] : []
  return [value['manifest'], ...hooks.flatMap((hook) => (isEntry(hook) ? [textOf(hook['manifest'])] : []))].join('\n---\n')
}

/** `helm show chart`: three of its top-level keys. */
export function chartOf(stdout: string): { readonly name: string; readonly version: string; readonly appVersion: string } | undefined {
  const key = (name: string): string => new RegExp(`^${name}: *["']?([^"'\\n]*?)["']? *$`, 'm').exec(stdout)?.[1] ?? ''
  const found = { name: key('name'), version: key('version'), appVersion: key('appVersion') }
  return found.name === '' || found.version === '' ? undefined : found
}

/** The digest (hex) of a chart's manifest, as `helm pull` tells it for a registry. */
export function manifestDigestOf(said: string): string | undefined {
  return /^Digest: *sha256:([0-9a-f]{64})\s*$/m.exec(said)?.[1]
}

/** Why Helm gave no answer, as an observation without its time. */
export function gapOf(
  result: ProcessResult,
): { readonly state: 'absent' } | { readonly state: 'forbidden' | 'unreachable' | 'unknown'; readonly why: string } {
  if (result.kind === 'missing') return { state: 'unknown', why: result.why }
  if (result.kind === 'late') return { state: 'unreachable', why: 'Helm gave no answer in time' }
  if (result.kind !== 'ended') return { state: 'unknown', why: result.kind === 'oversized' ? 'Helm answered too much' : 'Helm was killed' }
  const why = complaintOf(result.stderr)
  if (/release: not found|not found: release/i.test(result.stderr)) return { state: 'absent' }
  if (/\bforbidden\b|unauthorized|must be logged in/i.test(result.stderr)) return { state: 'forbidden', why }
  if (/cluster unreachable|connection refused|no route to host|i\/o timeout|TLS handshake timeout|EOF$/im.test(result.stderr))
    return { state: 'unreachable', why }
  return { state: 'unknown', why }
}

/** A refusal may come after half of the work: the caller reads back. Killed or late: nobody can tell. */
export function writeResultOf(result: ProcessResult): WriteResult {
  if (result.kind === 'missing') return { kind: 'rejected', status: 0, message: result.why }
  if (result.kind !== 'ended') return { kind: 'unknown', reason: result.kind === 'late' ? 'no-answer' : 'cut' }
  if (result.code === 0) return { kind: 'applied', object: null }
  return { kind: 'rejected', status: result.code, message: complaintOf(result.stderr) }
}

/** The one line of Helm's stderr that says what is wrong. */
function complaintOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const said = lines.findLast((one) => one.startsWith('Error:'))?.replace(/^Error:\s*/, '') ?? lines.at(-1) ?? 'Helm said nothing'
  const line = said.replace(/^failed to perform "\w+" on (source|destination): /, '')
  return line.length > 500 ? `${line.slice(0, 499)}…` : line
}

export function messageOf(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error))
}

function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
