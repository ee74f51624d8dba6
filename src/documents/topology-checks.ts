import { parseDuration } from '../domain/duration.ts'
import type { BackendId } from '../domain/topology.ts'
import { filledIn, mayBeSame } from './backends.ts'
import { checkDeploy } from './deploy-checks.ts'
import { checkEstate } from './estate-checks.ts'
import type { Path } from './mistake.ts'
import { checkPattern, oneOf, undeclared, type Known, type Say } from './pattern-checks.ts'
import type { Loose } from './read-shape.ts'
import { name as nameSchema, parseRatio } from './scalars.ts'
import type { TopologyInput } from './topology-schema.ts'

type Seen = Loose<TopologyInput>
type ServiceSeen = NonNullable<NonNullable<Seen['services']>[string]>
type WeightsSeen = NonNullable<NonNullable<Seen['policy']>['normal']>

/** What no schema can say: names that must be declared, things that must not be the same, sums. Works on whatever part of the document is sound. */
export function checkTopology(seen: Seen, say: Say): void {
  const names = seen.centers === undefined ? undefined : Object.keys(seen.centers)
  checkRegions(seen, say)
  checkCenters(seen, say)
  // A center whose own name is wrong would be missing everywhere: that is one mistake, not ten.
  if (names === undefined || !names.every((name) => nameSchema.safeParse(name).success)) return
  const known = (path: Path, name: string | undefined, at?: 'key'): boolean => {
    if (name === undefined || names.includes(name)) return name !== undefined
    const inRegion = Object.entries(seen.centers ?? {}).flatMap(([center, { region } = {}]) => (region === name ? [center] : []))
    say(
      path,
      inRegion.length > 0 ? `${name} is a region. Write its centers: ${inRegion.join(', ')}` : undeclared('center', name, names),
      at,
    )
    return false
  }
  checkServices(seen, names, known, say)
  checkPinned(seen, say)
  checkPolicy(seen, names, known, say)
  checkDeploy(seen, known, say)
  seen.compare?.intents?.forEach((intent, i) =>
    intent?.centers?.forEach((center, at) => known(['compare', 'intents', i, 'centers', at], center)),
  )
  for (const center of Object.keys(seen.compare?.aliases ?? {})) known(['compare', 'aliases', center], center, 'key')
  checkEstate(seen, names, known, say)
}

function checkRegions({ regions, centers }: Seen, say: Say): void {
  if (regions === undefined || centers === undefined) return
  const used = new Set(Object.values(centers).map((center) => center?.region))
  // A region that seems to have no center may be the one that somebody misspelt.
  const unsure = [...used].some((region) => region === undefined || !regions.includes(region))
  regions.forEach((region, i) => {
    if (region === undefined) return
    if (regions.indexOf(region) < i) say(['regions', i], `region ${region} is written twice`)
    else if (region in centers)
      say(['regions', i], `${region} is the name of a center too: what \`--center\` and \`--confirm\` mean would be open`)
    else if (!used.has(region) && !unsure) say(['regions', i], `region ${region} has no center`)
  })
  const declared = regions.filter((region) => region !== undefined)
  for (const [name, center] of Object.entries(centers)) {
    if (center?.region === undefined || declared.length < regions.length || declared.includes(center.region)) continue
    say(['centers', name, 'region'], undeclared('region', center.region, declared))
  }
}

function checkCenters({ centers }: Seen, say: Say): void {
  if (centers === undefined) return
  const all = Object.entries(centers)
  if (all.length < 2) say(['centers'], 'expected at least 2 centers: with fewer there is nothing to switch to', 'key')
  const firstWith = new Map<string, string>()
  for (const [name, center] of all) {
    for (const key of ['context', 'cluster', 'gateway'] as const) {
      const value = center?.[key]
      if (value === undefined) continue
      const id = `${key} ${value.replace(/\/$/, '')}`
      const other = firstWith.get(id)
      if (other === undefined) firstWith.set(id, name)
      else say(['centers', name, key], `${value} is ${other}'s ${key} too: every center has its own`)
    }
  }
  const shares = all.map(([, center]) => center?.entryShare)
  if (shares.length < 2 || shares.some((share) => share === undefined)) return
  const sum = shares.reduce<number>((total, share) => total + share!, 0)
  if (Math.abs(sum - 100) > 0.01) say(['centers'], `entryShare of all centers is ${Number(sum.toFixed(2))} together, expected 100`, 'key')
}

function checkServices({ services }: Seen, centers: readonly string[], known: Known, say: Say): void {
  if (services === undefined) return
  if (Object.keys(services).length === 0) say(['services'], 'expected at least 1 service', 'key')
  const owners: { readonly of: string; readonly backend: BackendId }[] = []
  for (const [name, service] of Object.entries(services)) {
    if (service === undefined) continue
    const at: Path = ['services', name]
    const aliases = service.aliases ?? {}
    for (const center of Object.keys(aliases)) known([...at, 'aliases', center], center, 'key')
    for (const [found, center] of Object.entries(service.probe?.values ?? {})) known([...at, 'probe', 'values', found], center)
    for (const part of ['backends', 'workloads'] as const) {
      const form = service[part]
      if (form === undefined) continue
      oneOf([...at, part], form, ['pattern', 'each'], say)
      for (const center of Object.keys(form.each ?? {})) known([...at, part, 'each', center], center, 'key')
      if ('each' in form && form.each !== undefined && Object.keys(form.each).length === 0)
        say([...at, part, 'each'], 'expected at least 1 center', 'key')
      checkPattern([...at, part, 'pattern'], form.pattern, part === 'backends', say)
    }
    const source = service.probe?.center
    if (source !== undefined) oneOf([...at, 'probe', 'center'], source, ['header', 'json'], say)
    checkOwners(name, service, centers, owners, say)
  }
}

/** A backendRef belongs to exactly one service and center, or to none. */
function checkOwners(
  service: string,
  { backends, aliases = {} }: ServiceSeen,
  centers: readonly string[],
  owners: { of: string; backend: BackendId }[],
  say: Say,
): void {
  const { pattern, each } = backends ?? {}
  if (pattern !== undefined && !pattern.name?.includes('{center}') && !pattern.namespace?.includes('{center}')) return
  for (const center of centers) {
    const seen = pattern ?? each?.[center]
    if (seen?.name === undefined) continue
    const backend = {
      group: seen.group ?? '',
      kind: seen.kind ?? 'Service',
      name: pattern ? filledIn(seen.name, center, aliases) : seen.name,
      ...(seen.namespace === undefined ? {} : { namespace: pattern ? filledIn(seen.namespace, center, aliases) : seen.namespace }),
      ...(seen.port === undefined ? {} : { port: seen.port }),
    }
    const other = owners.find((one) => mayBeSame(one.backend, backend))
    const path: Path = ['services', service, 'backends', ...(pattern ? ['pattern'] : ['each', center]), 'name']
    if (other)
      say(path, `backend ${backend.name} of ${service} in ${center} is ${other.of}'s too: a backend belongs to one service and center`)
    else owners.push({ of: `${service} in ${center}`, backend })
  }
}

function checkPinned({ routes }: Seen, say: Say): void {
  const seen = new Set<string>()
  routes?.pinned?.forEach((pin, i) => {
    if (pin?.namespace === undefined || pin.name === undefined) return
    const id = JSON.stringify([pin.namespace, pin.name, pin.rule])
    if (seen.has(id))
      say(['routes', 'pinned', i], `${pin.namespace}/${pin.name}${pin.rule === undefined ? '' : ` rule ${pin.rule}`} is pinned twice`)
    seen.add(id)
  })
  routes?.namespaces?.forEach((namespace, i, all) => {
    if (namespace !== undefined && all.indexOf(namespace) < i) say(['routes', 'namespaces', i], `namespace ${namespace} is written twice`)
  })
}

function checkPolicy({ policy }: Seen, centers: readonly string[], known: Known, say: Say): void {
  if (policy === undefined) return
  if (policy.normal) checkWeights(['policy', 'normal'], policy.normal, known, say)
  const situations = new Map<string, number>()
  policy.without?.forEach((entry, i) => {
    if (entry === undefined) return
    const at: Path = ['policy', 'without', i]
    const out = entry.centers?.filter((name, j) => known([...at, 'centers', j], name)) ?? []
    entry.centers?.forEach((name, j, all) => {
      if (name !== undefined && all.indexOf(name) < j) say([...at, 'centers', j], `center ${name} is written twice`)
    })
    if (entry.weights) checkWeights([...at, 'weights'], entry.weights, known, say, out)
    if (entry.centers === undefined || out.length < entry.centers.length) return
    if (new Set(out).size === centers.length) say([...at, 'centers'], 'names every center: nothing is left that could carry traffic')
    const key = JSON.stringify(out.toSorted())
    const first = situations.get(key)
    if (first === undefined) situations.set(key, i)
    else say([...at, 'centers'], `the same centers as in policy.without[${first}]`)
  })
  checkSteps(policy.steps, say)
  const [error, abort] = [parseRatio(policy.errorLimit ?? '1%'), parseRatio(policy.abortLimit ?? '5%')]
  if (error !== undefined && abort !== undefined && error > abort) {
    say(
      ['policy', policy.abortLimit === undefined ? 'errorLimit' : 'abortLimit'],
      `abortLimit (${abort * 100} %) must not be under errorLimit (${error * 100} %)`,
    )
  }
  const [hold, prove] = [parseDuration(policy.hold ?? '5s'), parseDuration(policy.deadlines?.prove ?? '30s')]
  if (hold !== undefined && prove !== undefined && hold >= prove) {
    say(
      ['policy', ...(policy.deadlines?.prove === undefined ? ['hold'] : ['deadlines', 'prove'])],
      'deadlines.prove must be longer than hold: else nothing can hold in time',
    )
  }
}

function checkWeights(path: Path, weights: WeightsSeen, known: Known, say: Say, out: readonly (string | undefined)[] = []): void {
  for (const [center, weight] of Object.entries(weights)) {
    if (!known([...path, center], center, 'key')) continue
    if (weight !== undefined && weight > 0 && out.includes(center))
      say([...path, center], `${center} is out in this situation and must not get weight`)
  }
  const values = Object.values(weights)
  if (values.every((weight) => weight === 0))
    say(path, values.length === 0 ? 'no weights' : 'all weights are 0: no request could be answered', 'key')
}

function checkSteps(steps: readonly (number | undefined)[] | undefined, say: Say): void {
  if (steps === undefined || steps.length === 0 || steps.includes(undefined)) return
  const fallen = steps.findIndex((step, i) => i > 0 && step! <= steps[i - 1]!)
  if (fallen > 0) say(['policy', 'steps', fallen], `steps must rise: ${steps[fallen]} after ${steps[fallen - 1]}`)
  else if (steps.at(-1) !== 100) say(['policy', 'steps', steps.length - 1], `the last step must be 100, not ${steps.at(-1)}`)
}
