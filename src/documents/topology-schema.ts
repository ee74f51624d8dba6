import * as z from 'zod'
import { estateShape } from './estate-schema.ts'
import { pick } from './pattern-checks.ts'
import { compareSchema } from './compare-schema.ts'
import { closed } from './read-shape.ts'
import { API_VERSION, baseUrl, duration, filled, headerName, labelSelector, name, ratio } from './scalars.ts'

/** `tricenter.yaml` as people write it. `documents/topology` makes the domain's `Topology` of it; descriptions go into the JSON Schema and into "still to be filled in". */

const weight = z.int().min(0).max(1_000_000)
const weights = z.record(name, weight).describe('Shares by center. Only their ratio matters; a center that is missing gets 0.')

const center = closed({
  region: name.describe('One of the declared regions.'),
  role: z.enum(['active', 'standby']).default('active').describe('standby: carries no traffic in the normal situation.'),
  context: filled.describe("The kubeconfig context of this center's cluster. The current context is never used."),
  cluster: z.exactOptional(filled).describe('Pinned identity: uid of the namespace kube-system. Checked before the first write.'),
  capacity: z.exactOptional(z.number().positive()).describe('Requests per second that this center can carry at full replicas.'),
  entryShare: z
    .number()
    .min(0)
    .max(100)
    .describe("Per cent of the clients that enter through this center's gateway. All centers together: 100."),
  entryTtl: z.exactOptional(duration('0s', '24h')).describe('TTL of the DNS answer that leads clients here, e.g. 60s.'),
  gateway: baseUrl.describe("Base URL of this center's gateway, e.g. http://10.0.1.10"),
})

const backend = closed({
  group: z.string().default('').describe('API group of the backendRef: "" for a Service, networking.higress.io for a Nacos service.'),
  kind: filled.default('Service').describe('Kind of the backendRef.'),
  namespace: z.exactOptional(filled).describe('Namespace of the backend. Absent: the namespace of the route that names it.'),
  name: filled.describe('Name of the backend, e.g. ai-service-{center}.DEFAULT-GROUP.public.nacos'),
  port: z.exactOptional(z.int().min(1).max(65_535)).describe('Port of the backendRef.'),
})
const workload = closed({
  kind: z.enum(['Deployment', 'StatefulSet']).default('Deployment'),
  namespace: filled.describe('Namespace of the workload.'),
  name: filled.describe('Name of the workload, e.g. ai-service-{center}'),
})

const probe = closed({
  host: filled.describe('Host header of the probe, e.g. ai.example.com'),
  path: z
    .string()
    .regex(/^\/\S*$/, { error: 'must begin with /' })
    .describe('Path that answers cheaply, without a model call, e.g. /api/health'),
  headers: z.record(headerName, z.string()).default({}).describe('Headers sent with each probe. They are recorded: no secrets.'),
  expect: z.int().min(100).max(599).default(200).describe('The status that counts as good.'),
  timeout: duration('50ms', '10s').prefault('1s').describe('A probe without an answer after this time has failed.'),
  center: closed({
    header: z.exactOptional(headerName).describe('The response header that names the center, e.g. x-zone'),
    json: z.exactOptional(filled).describe('The field of the JSON body that names the center, e.g. zone'),
  })
    .meta(pick('header', 'json'))
    .describe('Where the answer tells which center gave it: a header, or a field of a JSON body (dot path).'),
  values: z
    .record(filled, name)
    .default({})
    .describe('What is found there → center, where it is neither the name nor the alias of a center.'),
})

const service = closed({
  aliases: z
    .record(name, name)
    .default({})
    .describe('What {center} stands for where it is not the name of the center, e.g. zone-c: shanghai.'),
  backends: closed({
    pattern: z.exactOptional(backend).describe('The backend of every center; {center} becomes its name or alias.'),
    each: z.exactOptional(z.record(name, backend)).describe('The backend of each center, written out.'),
  }).meta(pick('pattern', 'each')),
  workloads: z
    .exactOptional(
      closed({
        pattern: z.exactOptional(workload).describe('The workload of every center; {center} becomes its name or alias.'),
        each: z.exactOptional(z.record(name, z.array(workload).min(1))).describe('The workloads of each center, written out.'),
      }).meta(pick('pattern', 'each')),
    )
    .describe('What runs behind the backends, for readiness and for drills.'),
  minReady: z.int().min(1).default(1).describe('Ready replicas under which a center does not count as serving.'),
  demand: z.exactOptional(z.number().positive()).describe('Requests per second to plan with when nothing can be measured.'),
  probe: z.exactOptional(probe).describe('How one request proves that the service answers.'),
})

const pinned = closed({
  namespace: filled.describe('Namespace of the route.'),
  name: filled.describe('Name of the route.'),
  rule: z.exactOptional(filled).describe('Name or key of the rule. Absent: all rules of the route.'),
  reason: filled.describe('Why it must never be changed; shown while its center is out.'),
})

const policy = closed({
  normal: weights,
  without: z
    .array(closed({ centers: z.array(name).min(1), weights }))
    .default([])
    .describe(
      'Target weights while exactly these centers are out. Without an entry: survivors of the region in proportion, else the remote ones.',
    ),
  margin: z.number().min(1).max(10).default(1.2).describe('Expected load × margin must fit into the capacity.'),
  steps: z
    .array(z.int().min(1).max(100))
    .min(1)
    .max(20)
    .default([20, 50, 100])
    .describe('Per cent of the way to the target, rising; the last is 100.'),
  hold: duration('1s', '1h').prefault('5s').describe('A step, or a recovery, must hold this long …'),
  holdRequests: z.int().min(1).max(100_000).default(100).describe('… and over at least this many requests.'),
  errorLimit: ratio.prefault('1%').describe('Error ratio below which clients count as recovered.'),
  abortLimit: ratio.prefault('5%').describe('Error ratio above which a drill is aborted after its last write.'),
  probe: closed({
    rate: z.number().min(1).max(200).default(20).describe('Probes per second; the resolution of recovery times is 1/rate.'),
    shareRate: z.number().min(1).max(200).default(60).describe('Further probes per second that sample the share by center.'),
  }).prefault({}),
  targets: closed({
    single: duration('1s', '24h').prefault('30s').describe('Recovery time with one center lost.'),
    dual: duration('1s', '24h').prefault('60s').describe('Recovery time with a region lost.'),
  }).prefault({}),
  deadlines: closed({
    read: duration('100ms', '5m').prefault('3s').describe('One read of one center.'),
    write: duration('100ms', '5m').prefault('5s').describe('One write to one center, its reading back included.'),
    prove: duration('1s', '1h').prefault('30s').describe('From the last write until clients must have recovered.'),
    fault: duration('1s', '1h').prefault('60s').describe("Until a drill's fault must bite, and until a restored workload must be ready."),
  }).prefault({}),
})

const file = filled.describe('A path, relative to this file.')
const files = z.array(file).default([])
const chart = closed({
  path: z.exactOptional(file).describe('Directory or package of the chart, relative to this file.'),
  reference: z.exactOptional(filled).describe('Reference of the chart: oci://… or repository/name.'),
  version: z.exactOptional(filled).describe('Version of the chart; a reference needs one, so that every center gets the same.'),
  digest: z
    .exactOptional(z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: 'expected sha256: and 64 hexadecimal digits' }))
    .describe('Pinned: of the package, of the directory, or of the manifest in a registry. Anything else is refused.'),
  caFile: z.exactOptional(file).describe('Authorities (PEM) of the server that a reference is pulled from. Absent: those of the system.'),
}).meta(pick('path', 'reference'))

const release = closed({
  name: filled.describe('Name of the release, e.g. higress-{center}'),
  namespace: z.exactOptional(name).describe('Namespace of the release. Absent: the one of the section.'),
  values: files.describe('Values files of this center, after the shared ones, e.g. values-{center}.yaml'),
})

const deploy = closed({
  chart: chart.describe('One chart for all centers: a directory, or a reference with a version.'),
  namespace: name.describe('Namespace of the releases, e.g. higress-system'),
  values: files.describe('Values files of every center; later ones win.'),
  aliases: z
    .record(name, name)
    .default({})
    .describe('What {center} stands for where it is not the name of the center, e.g. zone-c: shanghai.'),
  releases: closed({
    pattern: z.exactOptional(release).describe('The release of every center; {center} becomes its name or alias.'),
    each: z
      .exactOptional(z.record(name, release))
      .describe('The release of each center, written out. A center without one is not deployed to.'),
  }).meta(pick('pattern', 'each')),
  waves: z
    .exactOptional(z.array(z.array(name).min(1)).min(1))
    .describe('Centers of one wave are upgraded at once. Absent: remote centers first, then the home centers one by one.'),
  drain: z.boolean().default(false).describe('Drain a center before its upgrade, and return it afterwards.'),
  hold: duration('1s', '24h').prefault('30s').describe('No new errors for this long after each wave.'),
  timeout: duration('1s', '2h').prefault('10m').describe('Of one call of Helm.'),
})

export const topologySchema = closed({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Topology'),
  name: name.describe('Shown on screens and in reports.'),
  regions: z.array(name.describe('Name of a region, e.g. beijing')).min(1).describe('In the order in which situations are spelled.'),
  centers: z.record(name, center).describe('In the order in which situations are spelled.'),
  services: z.record(name, service).describe('Sets of equivalent backends, one per center.'),
  routes: closed({
    namespaces: z.exactOptional(z.array(name).min(1)).describe('Absent: every namespace.'),
    selector: z.exactOptional(labelSelector).describe("A label selector in kubectl's syntax."),
    pinned: z.array(pinned).default([]).describe('Rules that are never changed: data residency, state.'),
  })
    .prefault({})
    .describe('Which routes are managed. Absent: all that name a backend of a service.'),
  policy,
  deploy: z.exactOptional(deploy).describe('What `tricenter deploy` installs: one Helm release per center, rolled out in waves.'),
  ...estateShape,
  compare: z
    .exactOptional(compareSchema)
    .describe('What `tricenter diff` compares beside the managed routes, and which differences are meant.'),
}).meta({ title: 'tricenter topology', description: 'Regions, centers, services, managed routes, policy, and the witnesses of verify.' })

export type TopologyInput = z.input<typeof topologySchema>
export type TopologyYaml = z.output<typeof topologySchema>
export type ServiceYaml = TopologyYaml['services'][string]
export type DeployYaml = NonNullable<TopologyYaml['deploy']>
export type EstateYaml = Pick<TopologyYaml, 'installation' | 'metrics' | 'registry' | 'verify'>
