import type { ProposedCenter } from './propose-centers.ts'
import { PLACEHOLDER } from './read-shape.ts'
import { API_VERSION } from './scalars.ts'

/** What `init` knows. Whatever is absent is written as `CHANGE-ME`, which `readTopology` reports one by one, saying what belongs there. */
export interface TopologyDraft {
  /** Any text, e.g. a directory's name: what cannot stand in a name becomes `-`. */
  readonly name: string
  readonly centers: readonly (ProposedCenter & { readonly gateway?: string })[]
  readonly service?: {
    readonly name: string
    readonly group: string
    readonly pattern: string
    readonly port: number
    readonly probe?: { readonly host: string; readonly path: string; readonly header: string }
  }
}

/** The file beside the topology that editors check it against: `tricenter schema topology > tricenter.schema.json`. */
const SCHEMA_FILE = 'tricenter.schema.json'

/** A topology as YAML with comments: guesses to look over, and `CHANGE-ME` where only a person knows. */
export function writeTopologyYaml({ name, centers, service }: TopologyDraft): string {
  const regions = [...new Set(centers.map(({ region }) => region))]
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
# For completion and checks in the editor: tricenter schema topology > ${SCHEMA_FILE}
# Written by tricenter init. Names, regions, roles and shares are guesses from the contexts: look them over, and fill in every ${PLACEHOLDER}.
apiVersion: ${API_VERSION}
kind: Topology
name: ${text(asName(name))}

# The order of regions and centers is the order in which a situation is spelled (--confirm=zone-a,zone-b).
regions: [${regions.map(text).join(', ')}]

centers:
${centers.map(centerYaml).join('\n')}
services:
${serviceYaml(service)}
policy:
  # Only the ratio matters.
  normal: { ${centers.map((center) => `${text(center.name)}: ${center.role === 'standby' ? 0 : share(centers)}`).join(', ')} }
  # What holds while exactly these centers are out. Without an entry the others of the region take over in proportion, else the remote ones.
  # without:
  #   - { centers: [${centers[0]?.name ?? 'a'}], weights: { ${centers[1]?.name ?? 'b'}: 100 } }
${witnesses}`
}

/** What `verify` can ask besides the clusters and the gateways; nothing of it is guessed. */
const witnesses = `
# What tricenter verify may ask besides. Without these sections their checks are skipped.
# metrics: # Prometheus
#   profile: envoy # what a Higress gateway exports; or documented, or the path of a profile of your own
#   scrapeInterval: 15s
#   window: 1m # at least 4 scrape intervals
#   centers:
#     pattern: { url: 'http://prometheus-{center}.example:9090' } # labels: { cluster: '{center}' } where one holds several centers
# registry: # Nacos
#   centers:
#     pattern: { url: 'http://nacos-{center}.example:8848' }
#   services:
#     ai-service: { pattern: 'ai-service-{center}' }
# verify:
#   thresholds: { p99: 500ms, errorRatio: 1%, shareTolerance: 10, crossCenter: 10%, healthyInstances: 3 }
#   headers: [{ service: ai-service, header: X-Client-Region, value: shanghai, centers: [zone-c] }]
`

const asName = (free: string): string => {
  const name = free
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '')
  return /[a-z]/.test(name) ? name : 'gateway'
}

/** Equal parts for active centers. */
const share = (centers: TopologyDraft['centers']): number =>
  Math.max(1, Math.floor(100 / Math.max(1, centers.filter(({ role }) => role === 'active').length)))

function centerYaml({ name, region, role, context, uid, entryShare, gateway }: TopologyDraft['centers'][number]): string {
  return `  ${text(name)}:
    region: ${text(region)}
    role: ${role} # or ${role === 'active' ? 'standby: no' : 'active: carries'} traffic in the normal situation
    context: ${text(context)}
${uid === undefined ? `    # cluster: not read; the uid of its namespace kube-system pins the identity` : `    cluster: ${text(uid)} # uid of its namespace kube-system`}
    # capacity: 1000 # requests per second at full replicas; without it the guard capacity cannot judge
    entryShare: ${entryShare} # per cent of the clients that enter here; together 100
    # entryTtl: 60s # of the DNS answer that leads here
    gateway: ${text(gateway ?? PLACEHOLDER)} # base URL, e.g. http://10.0.1.10
`
}

function serviceYaml(service: TopologyDraft['service']): string {
  return `  ${text(service?.name ?? 'ai-service')}:
    # What {center} stands for where it is not the center's name:
    # aliases: { zone-c: shanghai }
    backends:
      # Or each: { <center>: { group, kind, namespace, name, port } }
      pattern:
        group: ${text(service?.group ?? 'networking.higress.io')} # "" for a Kubernetes Service
        name: ${text(service?.pattern ?? PLACEHOLDER)} # as in the routes' backendRefs, e.g. ai-service-{center}.DEFAULT-GROUP.public.nacos
        port: ${service?.port ?? 8080}
    # workloads: # for readiness and drills
    #   pattern: { namespace: ai-system, name: 'ai-service-{center}' }
    # demand: 300 # requests per second, for planning when nothing can be measured
${service !== undefined && service.probe === undefined ? '' : probeYaml(service?.probe)}`
}

function probeYaml(probe: NonNullable<TopologyDraft['service']>['probe']): string {
  return `    probe: # a request that costs nothing; without it no switch can be proved by traffic
      host: ${text(probe?.host ?? PLACEHOLDER)}
      path: ${text(probe?.path ?? PLACEHOLDER)}
      center: { header: ${text(probe?.header ?? PLACEHOLDER)} } # or json: a field of the answer
`
}

/** Plain where YAML reads it back as the same text, else in double quotes, which is JSON's way too. */
function text(value: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return plain || /^https?:\/\/[\w.:-]+$/.test(value) ? value : JSON.stringify(value)
}
