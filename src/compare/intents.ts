import { canonical } from '../domain/canonical.ts'
import type { DeclaredIntent, IntentInForce, ObjectIdentity } from '../domain/compare.ts'
import { meaningOf } from './meaning.ts'
import type { Tree } from './tree.ts'
import { meaningOfTree } from './walk.ts'

/** The declared intents that concern an object. */
export function intentsFor(identity: ObjectIdentity, intents: readonly DeclaredIntent[]): readonly DeclaredIntent[] {
  return intents.filter(
    ({ kind, namespace, name }) =>
      kind === identity.kind && (namespace === undefined || namespace === (identity.namespace ?? '')) && glob(name).test(identity.name),
  )
}

const globs = new Map<string, RegExp>()
function glob(pattern: string): RegExp {
  const known = globs.get(pattern)
  if (known !== undefined) return known
  const made = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('.*')}$`,
  )
  globs.set(pattern, made)
  return made
}

/** Does what stands there keep the intent? */
export function keeps(intent: DeclaredIntent, tree: Tree | undefined, keys: readonly string[]): boolean {
  if (intent.absent === true) return tree === undefined
  if (tree === undefined) return false
  return (
    (tree.kind === 'leaf' ? meaningOf(intent.value, undefined, keys) === meaningOf(tree.value, undefined, keys) : false) ||
    canonical(intent.value) === canonical(tree.value) ||
    (tree.kind === 'leaf' && tree.meaning === canonical(intent.value)) ||
    meaningOfTree(tree) === canonical(intent.value)
  )
}

export function inForce(intent: DeclaredIntent, kept: boolean, now: number): IntentInForce {
  const { reason, owner, until } = intent
  return {
    by: 'topology',
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(until === undefined ? {} : { until }),
    state: !kept ? 'wrong' : until !== undefined && until < now ? 'expired' : 'held',
  }
}
