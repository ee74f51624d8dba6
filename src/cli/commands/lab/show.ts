import type { LabEndpoints, LabFile } from '../../../lab/lab-file.ts'

/** What scripts read: `lab up -o json`. */
export function labJson({
  topology,
  kubeconfig,
  stateDir,
  centers,
}: Pick<LabFile, 'topology' | 'kubeconfig' | 'stateDir' | 'centers'>): string {
  return `${JSON.stringify({ topology, kubeconfig, stateDir, centers }, undefined, 2)}\n`
}

export function centersTable(centers: Readonly<Record<string, LabEndpoints>>): string {
  return table(
    ['CENTER', 'CONTEXT', 'API SERVER', 'GATEWAY'],
    Object.entries(centers).map(([name, one]) => [name, one.context, one.apiServer, one.gateway]),
  )
}

/** Columns as wide as their widest cell, for ASCII cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('')
}
