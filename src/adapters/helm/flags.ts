import type { Milliseconds } from '../../domain/topology.ts'

export type HelmMajor = 3 | 4

/** Where one call goes: a kubeconfig that holds one context and nothing else, and the namespace of the release. */
export interface HelmTarget {
  readonly kubeconfig: string
  readonly context: string
  readonly namespace: string
}

export function targetFlags({ kubeconfig, context, namespace }: HelmTarget): readonly string[] {
  return ['--kubeconfig', kubeconfig, '--kube-context', context, '--namespace', namespace]
}

/** Helm's own patience, in seconds; at least 1. */
export function timeoutFlags(timeout: Milliseconds): readonly string[] {
  return ['--timeout', `${Math.max(1, Math.floor(timeout / 1000))}s`]
}

/** Waits for workloads: a flag in 3, a strategy in 4, whose `watcher` is what the flag alone means there; hooks are waited for either way. */
export const waitFlags: readonly string[] = ['--wait']

/** 4 refuses to take fields over where objects are applied by the client, as releases made by 3 still are. */
export function conflictFlags(major: HelmMajor, serverSide: boolean): readonly string[] {
  return major === 4 && serverSide ? ['--force-conflicts'] : []
}

/** A program in 3, the name of a plugin in 4. */
export function postRendererFlags(
  major: HelmMajor,
  { program, plugin }: { readonly program: string; readonly plugin: string },
): readonly string[] {
  return ['--post-renderer', major === 3 ? program : plugin]
}
