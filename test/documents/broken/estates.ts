import type { Broken } from './broken.ts'

/** Sound sections to append to a topology that has none. */
export const estateSections = `
metrics:
  profile: envoy
  scrapeInterval: 15s
  window: 1m
  centers:
    pattern: { url: 'http://prom-{center}:9090/p/', labels: { cluster: '{center}' }, tokenFile: 'tokens/{center}' }
  aliases: { zone-c: shanghai }
  rules: rules.yaml
registry:
  centers:
    each: { zone-a: { url: http://nacos:8848, passwordEnv: NACOS_PASSWORD } }
  services:
    ai-service: { pattern: 'ai-{center}' }
verify:
  headers:
    - { service: ai-service, header: X-Client-Region, value: shanghai, centers: [zone-c] }
  ports:
    - { center: zone-a, host: nacos, port: 8848, purpose: Nacos }
`

/** Ways to break them; the lines count from the sections' own first. */
export const brokenEstates: readonly Broken[] = [
  {
    says: 'the window is shorter than 4 scrape intervals',
    from: 'window: 1m',
    to: 'window: 59s',
    lines: ['5:11: metrics.window: must be at least 4 scrape intervals (1m), not 59s: less measures nothing'],
  },
  {
    says: 'scrapes are rarer than the window allows',
    from: 'scrapeInterval: 15s',
    to: 'scrapeInterval: 30s',
    lines: ['5:11: metrics.window: must be at least 4 scrape intervals (2m), not 1m: less measures nothing'],
  },
  {
    says: 'every answer would be stale',
    from: 'window: 1m',
    to: 'maxAge: 15s',
    lines: ['5:11: metrics.maxAge: must be longer than scrapeInterval (15s): else every answer is stale'],
  },
  {
    says: 'a profile is misspelt',
    from: 'profile: envoy',
    to: 'profile: envy',
    lines: ['3:12: metrics.profile: unknown profile envy. Did you mean envoy?'],
  },
  {
    says: 'a profile is neither shipped nor a file',
    from: 'profile: envoy',
    to: 'profile: ours',
    lines: ['3:12: metrics.profile: unknown profile ours. Known: envoy, documented, or the path of a file (./ours.yaml)'],
  },
  {
    says: 'a URL holds a password',
    from: 'http://prom-{center}',
    to: 'http://me:secret@prom-{center}',
    lines: ['7:21: metrics.centers.pattern.url: must not hold a user or password: journals and reports show it'],
  },
  {
    says: 'a URL has an unknown placeholder',
    from: 'http://prom-{center}',
    to: 'http://prom-{zone}',
    lines: ['7:21: metrics.centers.pattern.url: unknown placeholder {zone}. Only {center} is filled in'],
  },
  {
    says: 'a URL is none',
    from: "'http://prom-{center}:9090/p/'",
    to: 'prometheus',
    lines: ['7:21: metrics.centers.pattern.url: expected a URL such as http://prometheus.example:9090, not "prometheus"'],
  },
  {
    says: 'a label cannot be one',
    from: 'labels: { cluster:',
    to: 'labels: { my-cluster:',
    lines: ['7:63: metrics.centers.pattern.labels.my-cluster: expected the name of a label: letters, digits and _'],
  },
  {
    says: 'centers share a Prometheus and nothing tells them apart',
    from: "pattern: { url: 'http://prom-{center}:9090/p/', labels: { cluster: '{center}' }",
    to: "pattern: { url: 'http://prom:9090/p/', labels: { cluster: all }",
    lines: ['7:21: metrics.centers.pattern.url: zone-b and zone-a share this Prometheus: labels must tell them apart'],
  },
  {
    says: 'an alias names no center',
    from: 'aliases: { zone-c',
    to: 'aliases: { zone-d',
    lines: ['8:14: metrics.aliases.zone-d: unknown center zone-d. Declared: zone-a, zone-b, zone-c'],
  },
  {
    says: 'a registry names no center',
    from: 'each: { zone-a',
    to: 'each: { zona-a',
    lines: ['12:13: registry.centers.each.zona-a: unknown center zona-a. Did you mean zone-a?'],
  },
  {
    says: 'the registry names a service that is not declared',
    from: "    ai-service: { pattern: 'ai-{center}' }",
    to: "    ai-servce: { pattern: 'ai-{center}' }",
    lines: ['14:5: registry.services.ai-servce: unknown service ai-servce. Did you mean ai-service?'],
  },
  {
    says: 'a service has two forms of its name',
    from: "{ pattern: 'ai-{center}' }",
    to: "{ pattern: 'ai-{center}', each: { zone-a: ai } }",
    lines: ['14:5: registry.services.ai-service: expected exactly one of pattern, each; found both'],
  },
  {
    says: 'a header route goes to a region',
    from: 'centers: [zone-c]',
    to: 'centers: [shanghai]',
    lines: ['17:82: verify.headers[0].centers[0]: shanghai is a region. Write its centers: zone-c'],
  },
  {
    says: 'a header route is of no service',
    from: 'service: ai-service',
    to: 'service: api',
    lines: ['17:18: verify.headers[0].service: unknown service api. Declared: ai-service'],
  },
  {
    says: 'a port belongs to no center',
    from: '{ center: zone-a, host',
    to: '{ center: zone-x, host',
    lines: ['19:17: verify.ports[0].center: unknown center zone-x. Declared: zone-a, zone-b, zone-c'],
  },
]
