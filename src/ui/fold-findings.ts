import type { Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'

/**
 * Findings that are the same in several centers but for the center's name, once: `zone-a, zone-b: …` where their words name the center, else with the centers
 * in front, unless they are all of the run's. Lists in facts are made text, so that long ones can be broken.
 */
export function foldFindings(findings: readonly Finding[], all: readonly CenterName[]): readonly (Finding & { readonly lead: string })[] {
  const groups = Map.groupBy(findings, (finding) => {
    const { facts, where } = finding
    return JSON.stringify([
      finding.guard,
      finding.reason,
      finding.effect,
      finding.overridden,
      { ...facts, of: '', ...(facts['center'] === where.center ? { center: '' } : {}) },
      { ...where, center: '' },
    ])
  })
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike
    if (first === undefined) return []
    const centers = [...new Set(alike.flatMap(({ where }) => where.center ?? []))]
    const named = first.facts['center'] !== undefined && first.facts['center'] === first.where.center
    const lists = Object.entries(first.facts).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const)
    const facts = { ...Object.fromEntries(lists), ...(named ? { center: centers.join(', ') } : {}) } as Finding['facts']
    const lead = named || centers.length === 0 || centers.length === all.length ? '' : `${centers.join(', ')}: `
    return [{ ...first, facts, lead }]
  })
}
