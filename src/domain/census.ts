import { valueOf } from './observation.ts'
import { routeName, type Route, type Rule } from './route.ts'
import type { Sighting } from './sighting.ts'
import type { CenterName, Topology } from './topology.ts'

/** Every rule that names one of these centers, pinned included, by center. */
export function censusOf(topology: Topology, sightings: readonly Sighting[], isAffected: (rule: Rule, route: Route) => boolean) {
  return sightings.flatMap(({ center, routes }) => {
    const value = valueOf(routes)
    if (value === undefined) return []
    const places = value.flatMap((route) => route.rules.filter((rule) => isAffected(rule, route)).map((rule) => ({ route, rule })))
    const pinned = places.filter(({ route, rule }) => pinOf(topology, route, rule) !== undefined).length
    return [{ center, rules: places.length, pinned }]
  })
}

/** Why this rule is never changed; `undefined`: it is not pinned. */
export function pinOf(topology: Topology, route: Route, rule: Rule): string | undefined {
  return topology.routes.pinned.find(
    (pin) =>
      `${pin.namespace}/${pin.name}` === routeName(route) && (pin.rule === undefined || pin.rule === rule.key || pin.rule === rule.name),
  )?.reason
}

export function namesAny(rule: Rule, centers: ReadonlySet<CenterName>): boolean {
  return rule.backends.some(({ member }) => member !== undefined && centers.has(member.center))
}

/** Backends that a rule names twice, as one backend or as one service in one center: nobody can say how they share. */
export function duplicatesOf(rule: Rule): readonly string[] {
  const seen = new Set<string>()
  return rule.backends.flatMap(({ id, member }) => {
    const names = [id, ...(member === undefined ? [] : [`${member.service} in ${member.center}`])]
    const twice = names.some((name) => seen.has(name))
    for (const name of names) seen.add(name)
    return twice ? [id] : []
  })
}
