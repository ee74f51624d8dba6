import * as z from 'zod'
import { described } from './described.ts'
import { pick } from './pattern-checks.ts'
import { closed } from './read-shape.ts'
import { duration, filled, headerName, name, ratio } from './scalars.ts'

/** The sections around the routes as people write them: the gateways' own objects, the witnesses, and what `verify` holds them against. Defaults are those of `domain/estate`. */

const file = filled.describe('A path, relative to this file.')
const aliases = z
  .record(name, name)
  .default({})
  .describe('What {center} stands for where it is not the name of the center, e.g. zone-c: shanghai.')

/** Scheme, host, port and perhaps a path in front of the API; `{center}` may stand in it. Answers what is wrong with it. */
function wrongWithServer(text: string): string | undefined {
  const filledIn = text.replaceAll(/\{[^}]*\}/g, 'x')
  if (!URL.canParse(filledIn)) return `expected a URL such as http://prometheus.example:9090, not ${described(text)}`
  const url = new URL(filledIn)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `expected http:// or https://, not ${url.protocol}//`
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password: journals and reports show it'
  return url.search !== '' || url.hash !== '' ? 'expected scheme, host, port and at most a path' : undefined
}
const serverUrl = z
  .string()
  .superRefine((text, context) => {
    const message = wrongWithServer(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .transform((text) => text.replace(/\/+$/, ''))

/** One thing for every center by a pattern, or each written out. */
const perCenter = <T extends z.ZodType>(thing: T, what: string) =>
  closed({
    pattern: z.exactOptional(thing).describe(`${what} of every center; {center} becomes its name or alias.`),
    each: z.exactOptional(z.record(name, thing)).describe(`${what} of each center, written out.`),
  }).meta(pick('pattern', 'each'))

const installation = closed({
  namespace: name.default('higress-system').describe('Namespace of the gateway.'),
  deployment: filled.default('higress-gateway').describe('Deployment of the data plane.'),
  service: filled.default('higress-gateway').describe('Service of the data plane.'),
  controller: filled.default('higress-controller').describe('Deployment of the control plane.'),
  controllerName: filled
    .default('higress.io/gateway-controller')
    .describe('controllerName of the GatewayClass, and in status.parents of routes.'),
  adminPort: z.int().min(1).max(65_535).default(15_000).describe("Envoy's admin port on the Pods of the data plane."),
})

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'expected the name of a label: letters, digits and _' })
const metricsEndpoint = closed({
  url: serverUrl.describe('Base URL of the Prometheus, e.g. http://prometheus-{center}.example:9090; several centers may share one.'),
  labels: z
    .record(labelName, filled)
    .default({})
    .describe('Label matchers that select this center where a Prometheus holds several, e.g. cluster: zone-a.'),
  tokenFile: z
    .exactOptional(filled)
    .describe('File with a bearer token, relative to this file. It is read for each request and never recorded.'),
})
const metrics = closed({
  profile: filled
    .default('envoy')
    .describe('Names of the metrics: envoy (what a Higress gateway exports), documented, or the path of a profile of your own.'),
  scrapeInterval: duration('100ms', '10m').prefault('15s').describe('How often Prometheus scrapes the gateways.'),
  window: z
    .exactOptional(duration('400ms', '1h'))
    .describe('Window of rate and increase, at least 4 scrape intervals. Absent: 4 scrape intervals, at least 1m.'),
  maxAge: z
    .exactOptional(duration('100ms', '1h'))
    .describe('An answer whose newest sample is older than this is stale. Absent: 3 scrape intervals.'),
  aliases,
  centers: perCenter(metricsEndpoint, 'The Prometheus').describe('Who is asked about each center.'),
  rules: z
    .exactOptional(file)
    .describe('Prometheus rule file whose alerts must be loaded as they are written there. Relative to this file.'),
})

const registryEndpoint = closed({
  url: serverUrl.describe('Base URL of the registry, e.g. http://nacos-{center}.example:8848'),
  usernameEnv: z.exactOptional(filled).describe('Name of the environment variable that holds the user. Its value is never recorded.'),
  passwordEnv: z.exactOptional(filled).describe('Name of the environment variable that holds the password. Its value is never recorded.'),
})
const registry = closed({
  api: z.enum(['v1', 'v3', 'auto']).default('auto').describe("auto: v3's client API first, v1's where it is not served."),
  namespace: filled.default('public').describe('Namespace (id) of the services in the registry.'),
  group: filled.default('DEFAULT_GROUP').describe('Group of the services in the registry.'),
  aliases,
  centers: perCenter(registryEndpoint, 'The registry').describe('Who is asked about each center.'),
  services: z
    .record(name, perCenter(filled, 'The name in the registry'))
    .default({})
    .describe("Service → what it is called in the registry. {center} becomes the alias of this section, else the service's own."),
  minInstances: z.int().min(1).default(3).describe('Healthy instances that a center needs.'),
  maxLag: duration('1s', '1h').prefault('30s').describe("How long an instance may be missing in another center's registry."),
})

const thresholds = closed({
  minQps: z.exactOptional(z.number().positive()).describe('Requests per second under which a center that carries traffic is suspect.'),
  p99: duration('1ms', '10m').prefault('500ms').describe('99th percentile of the time of requests.'),
  errorRatio: ratio.prefault('1%').describe('Share of requests answered with 5xx.'),
  shareTolerance: z
    .number()
    .min(0.1)
    .max(50)
    .default(10)
    .describe("Points by which a center's share may differ from its declared one: 10 makes 50 % to 40–60 %."),
  crossCenter: ratio.prefault('10%').describe('Share of requests that a gateway sends to other regions than its own.'),
  healthyInstances: z.int().min(1).default(3).describe('Healthy instances that a center needs.'),
  failovers: z.int().min(0).default(0).describe('Failovers within the window that are nothing to look at.'),
  certificateDays: z.number().min(0).default(30).describe('Days for which TLS certificates must still be valid.'),
  clockOffset: duration('100ms', '1h').prefault('2s').describe("How far an API server's clock may be from this machine's."),
})

const headerRoute = closed({
  service: name.describe('The service whose probe is sent.'),
  header: headerName.describe('Name of the header, e.g. X-Client-Region'),
  value: filled.describe('Its value, e.g. shanghai'),
  centers: z.array(name).min(1).describe('Where such a request must land.'),
})
const entry = closed({
  name: filled.describe('Name that clients look up, e.g. ai.example.com'),
  addresses: z.array(filled).default([]).describe('Addresses that it may answer. Empty: any.'),
  maxTtl: duration('0s', '24h').prefault('60s').describe('The TTL that planning relies on.'),
})
const port = closed({
  center: name.describe('The center that the port belongs to.'),
  host: filled.describe('Host or address.'),
  port: z.int().min(1).max(65_535).describe('TCP port, e.g. 8848 and 9848 for Nacos.'),
  purpose: filled.describe('What it is for; shown beside the answer.'),
})

const verify = closed({
  thresholds: thresholds.prefault({}).describe('Limits of what is measured.'),
  headers: z.array(headerRoute).default([]).describe('Requests with these headers must land where declared.'),
  entries: z.array(entry).default([]).describe('Names that lead clients in: their answers and TTLs.'),
  ports: z.array(port).default([]).describe('TCP ports that must be open, asked from where the tool runs.'),
  split: closed({
    tolerance: z.number().min(0.5).max(50).default(5).describe('Points by which a share may differ.'),
    confidence: ratio.prefault('99%').describe('How sure the answer must be.'),
    rate: z.number().min(1).max(10_000).default(100).describe('Requests per second over all gateways.'),
  })
    .prefault({})
    .describe('How `verify split` measures.'),
  load: closed({
    qps: z.number().positive().default(10_000).describe('Requests per second that one gateway instance must carry.'),
    p99Local: duration('1ms', '10m').prefault('100ms').describe('99th percentile within a region.'),
    p99Remote: duration('1ms', '10m').prefault('200ms').describe('99th percentile across regions.'),
    errorRatio: ratio.prefault('0.1%').describe('Share of requests that may fail.'),
    connections: z.int().min(1).default(10_000).describe('Connections that one gateway instance must hold.'),
  })
    .prefault({})
    .describe('Targets of `verify load`.'),
})

/** The sections by their keys, all optional. */
export const estateShape = {
  installation: z.exactOptional(installation).describe("The gateway's own objects. Absent: what the Higress chart calls them."),
  metrics: z.exactOptional(metrics).describe('Prometheus as a witness. Absent: nothing is measured by it.'),
  registry: z.exactOptional(registry).describe('Nacos. Absent: no registry is asked.'),
  verify: z.exactOptional(verify).describe('What `tricenter verify` holds the centers against. Absent: the documented limits.'),
}
