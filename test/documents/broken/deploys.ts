import type { Broken } from './broken.ts'

/** A sound section to append to the example. */
export const deploySection = `
deploy:
  chart: { reference: oci://registry.example.com/higress, version: 2.1.9 }
  namespace: higress-system
  values: [values/shared.yaml]
  aliases: { zone-c: shanghai }
  releases:
    pattern: { name: 'higress-{center}', values: ['values/values-{center}.yaml'] }
`

/** Ways to break it; the lines count from the section's own first. */
export const brokenDeploys: readonly Broken[] = [
  {
    says: 'a key is misspelt',
    from: '  values: [values/shared.yaml]',
    to: '  valeus: [values/shared.yaml]',
    lines: ['5:3: deploy.valeus: unknown key. Did you mean values?'],
  },
  {
    says: 'a chart is both a directory and a reference',
    from: 'reference: oci',
    to: 'path: charts/higress, reference: oci',
    lines: ['3:3: deploy.chart: expected exactly one of path, reference; found both'],
  },
  {
    says: 'there is no chart',
    from: 'reference: oci://registry.example.com/higress, version: 2.1.9',
    to: '',
    lines: ['3:3: deploy.chart: expected exactly one of path, reference; found none'],
  },
  {
    says: 'a reference has no version',
    from: ', version: 2.1.9',
    to: '',
    lines: ['3:23: deploy.chart.reference: needs a version: without one, centers deployed on different days get different charts'],
  },
  {
    says: 'a digest is none',
    from: 'version: 2.1.9',
    to: 'version: 2.1.9, digest: abc',
    lines: ['3:83: deploy.chart.digest: expected sha256: and 64 hexadecimal digits'],
  },
  {
    says: 'an alias names no center',
    from: 'aliases: { zone-c',
    to: 'aliases: { zone-d',
    lines: ['6:14: deploy.aliases.zone-d: unknown center zone-d. Declared: zone-a, zone-b, zone-c'],
  },
  {
    says: 'there are no releases',
    from: "    pattern: { name: 'higress-{center}', values: ['values/values-{center}.yaml'] }",
    to: '    {}',
    lines: ['7:3: deploy.releases: expected exactly one of pattern, each; found none'],
  },
  {
    says: 'a release has an unknown placeholder',
    from: 'higress-{center}',
    to: 'higress-{zone}',
    lines: ['8:22: deploy.releases.pattern.name: unknown placeholder {zone}. Only {center} is filled in'],
  },
  {
    says: 'a values file has an unknown placeholder',
    from: 'values-{center}.yaml',
    to: 'values-{zone}.yaml',
    lines: ['8:51: deploy.releases.pattern.values[0]: unknown placeholder {zone}. Only {center} is filled in'],
  },
  {
    says: 'a release cannot be one',
    from: 'higress-{center}',
    to: 'Higress_{center}',
    lines: ['8:22: deploy.releases.pattern.name: Higress_zone-a cannot be a release: expected a-z, 0-9, - and . (at most 53)'],
  },
  {
    says: 'two home centers of one region are in one wave',
    from: '  namespace:',
    to: '  waves: [[zone-c], [zone-a, zone-b]]\n  namespace:',
    lines: ['4:30: deploy.waves[1][1]: zone-b and zone-a are both of beijing: a bad chart would take the whole region. Write two waves'],
  },
  {
    says: 'a remote center comes last',
    from: '  namespace:',
    to: '  waves: [[zone-a], [zone-b], [zone-c]]\n  namespace:',
    lines: ['4:32: deploy.waves[2][0]: zone-c is remote and comes after zone-a. Remote centers go first: they carry the least'],
  },
  {
    says: 'a center is in no wave',
    from: '  namespace:',
    to: '  waves: [[zone-c], [zone-a]]\n  namespace:',
    lines: ['4:3: deploy.waves: center zone-b is in no wave'],
  },
  {
    says: 'a wave names an unknown center',
    from: '  namespace:',
    to: '  waves: [[zone-c], [zone-a], [zone-bb]]\n  namespace:',
    lines: ['4:32: deploy.waves[2][0]: unknown center zone-bb. Did you mean zone-b?'],
  },
  {
    says: 'a wave names a center without a release',
    from: "    pattern: { name: 'higress-{center}', values: ['values/values-{center}.yaml'] }",
    to: '    each: { zone-a: { name: gw }, zone-c: { name: gw } }\n  waves: [[zone-c], [zone-a], [zone-b]]',
    lines: ['9:32: deploy.waves[2][0]: zone-b has no release'],
  },
  {
    says: 'a timeout has no unit',
    from: '  namespace:',
    to: '  timeout: 10\n  namespace:',
    lines: ['4:12: deploy.timeout: expected a duration such as 5s, 500ms or 1m30s, not 10'],
  },
]
