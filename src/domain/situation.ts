import type { Mark } from './mark.ts'
import { valueOf } from './observation.ts'
import type { SituationInForce } from './record.ts'
import type { Route, Rule } from './route.ts'
import type { Sighting } from './sighting.ts'
import { inOrder, type CenterName, type Topology } from './topology.ts'

export { targetSplit } from './target-split.ts'

/**
 * What the marks say over every cluster that was read: the highest `seq` is the truth, and a cluster with an older one is behind.
 * While a paced run is on its way, what it left is still in force: a center counts as returned when it has arrived.
 */
export function situationInForce(topology: Topology, sightings: readonly Pick<Sighting, 'center' | 'routes'>[]): SituationInForce {
  const read = sightings.filter(({ routes }) => routes.state === 'present' || routes.state === 'absent')
  const unread = topology.centers.map(({ name }) => name).filter((name) => !read.some(({ center }) => center === name))
  const top = highestMarks(sightings)
  const first = top[0]
  if (first === undefined) return { out: [], seq: 0, split: false, behind: [], unread }
  const concerned = concernedCenters(top)
  const lags = (route: Route) => {
    const mark = markOf(route)
    return (mark?.seq ?? 0) < first.seq && (names(route, concerned) || (mark !== undefined && isAway(mark)))
  }
  const behind = read.filter(({ routes }) => valueOf(routes)?.some(lags)).map(({ center }) => center)
  const until = Math.max(...top.map((mark) => mark.until ?? 0))
  const progress = Math.min(...top.map((mark) => mark.progress ?? 100))
  return {
    out: inOrder(topology, top.flatMap(outOf)),
    seq: first.seq,
    run: first.run,
    verb: first.verb,
    ...(until > 0 ? { until } : {}),
    ...(top.some((mark) => mark.progress !== undefined) ? { progress } : {}),
    split: new Set(top.map((mark) => inOrder(topology, mark.situation).join())).size > 1,
    behind: inOrder(topology, behind),
    unread,
  }
}

/** The marks with the highest `seq`, by run: equal ones come first by name, so that the order of reading does not matter. */
export function highestMarks(sightings: readonly Pick<Sighting, 'center' | 'routes'>[]): readonly Mark[] {
  const marks = sightings.flatMap(({ routes }) => valueOf(routes) ?? []).flatMap((route) => markOf(route) ?? [])
  const seq = Math.max(0, ...marks.map((mark) => mark.seq))
  return marks.filter((mark) => mark.seq === seq).sort((a, b) => (a.run < b.run ? -1 : a.run > b.run ? 1 : 0))
}

/** Every center that these marks take, or took, out of traffic: the objects that name one should carry such a mark. */
export function concernedCenters(marks: readonly Mark[]): ReadonlySet<CenterName> {
  return new Set(marks.flatMap((mark) => [...mark.was, ...mark.situation]))
}

export function markOf(route: Route): Mark | undefined {
  return route.mark.state === 'marked' ? route.mark.mark : undefined
}

/** Does a managed backend of one of these centers appear in the route? */
function names(route: Route, centers: ReadonlySet<CenterName>): boolean {
  return route.rules.some((rule) => rule.backends.some(({ member }) => member !== undefined && centers.has(member.center)))
}

function outOf(mark: Mark): readonly CenterName[] {
  return mark.progress === undefined ? mark.situation : [...mark.was, ...mark.situation]
}

/** How people type and confirm a situation: the center, the region that it is exactly (of more than one center), else a list in the topology's order; `normal` for none. */
export function spellSituation(topology: Topology, out: Iterable<CenterName>): string {
  const list = inOrder(topology, out)
  if (list.length < 2) return list[0] ?? 'normal'
  const region = topology.regions.find(
    (one) =>
      list.join() ===
      topology.centers
        .filter((center) => center.region === one)
        .map(({ name }) => name)
        .join(),
  )
  return region ?? list.join(',')
}

/** What one rule had by backend id when normal was left: as its mark recorded it while the object is away from normal, else as it stands now. */
export function normalOf(rule: Rule, mark: Mark | undefined): Readonly<Record<string, number | 'absent' | null>> {
  const recorded = mark !== undefined && isAway(mark) ? mark.normal[rule.key] : undefined
  return recorded ?? writtenOf(rule)
}

/** Is an object with this mark away from normal, wholly or part of the way? */
export function isAway(mark: Pick<Mark, 'was' | 'situation' | 'progress'>): boolean {
  return mark.situation.length > 0 || (mark.was.length > 0 && mark.progress !== undefined)
}

/** Are these the same centers, in whatever order? */
export function sameCenters(a: readonly CenterName[], b: readonly CenterName[]): boolean {
  return a.length === b.length && a.every((center) => b.includes(center))
}

/** The rule's weights by backend id as they are written. */
export function writtenOf(rule: Rule): Readonly<Record<string, number | 'absent'>> {
  return Object.fromEntries(rule.backends.map(({ id, declared }) => [id, declared ?? ('absent' as const)]))
}
