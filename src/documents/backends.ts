import type { BackendId, CenterName } from '../domain/topology.ts'

/** What a pattern's `{center}` becomes for a center: its alias, else its name. */
export function filledIn(text: string, center: CenterName, aliases: Readonly<Record<CenterName, string | undefined>>): string {
  return text.replaceAll('{center}', aliases[center] ?? center)
}

/** May one backendRef be both? What one of them leaves open (namespace, port) matches anything. */
export function mayBeSame(a: BackendId, b: BackendId): boolean {
  const open = <T>(one: T | undefined, other: T | undefined) => one === undefined || other === undefined || one === other
  return a.group === b.group && a.kind === b.kind && a.name === b.name && open(a.namespace, b.namespace) && open(a.port, b.port)
}
