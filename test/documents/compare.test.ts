import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { readTopology } from '../../src/documents/topology.ts'

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8')
const read = (section: string) => readTopology(`${example}\n${section}`, 't.yaml')
const mistakes = (section: string): readonly string[] => {
  const result = read(section)
  return 'mistakes' in result ? result.mistakes.map((one) => mistakeLine(one).replace(/^t\.yaml:\d+:\d+: /, '')) : []
}

test('a topology without the section compares nothing more', () => {
  expect(read('')).not.toHaveProperty('topology.compare')
})

test('well-known kinds need no more than their name; others say how they are served', () => {
  const result = read(`compare:
  desired: manifests
  aliases: { zone-c: shanghai }
  kinds:
    - { kind: Deployment, namespaces: [higress-system], rename: ['higress-{center}'] }
    - { kind: ConfigMap, selector: app=ai, version: { annotation: example.com/version } }
    - { kind: Widget, apiVersion: example.com/v2, plural: widgets, namespaced: false }
  intents:
    - { kind: Deployment, name: higress-gateway, path: spec.replicas, centers: [zone-c], value: 2, reason: smaller, owner: sre, until: 2027-01-01 }
    - { kind: ConfigMap, name: only-home, centers: [zone-c], absent: true, reason: home only }
`)
  expect(result).toMatchObject({
    topology: {
      compare: {
        desired: 'manifests',
        aliases: { 'zone-c': 'shanghai' },
        kinds: [
          {
            kind: 'Deployment',
            group: 'apps',
            version: 'v1',
            plural: 'deployments',
            namespaced: true,
            rename: ['higress-{center}'],
            check: { by: 'content' },
          },
          { kind: 'ConfigMap', group: '', selector: 'app=ai', check: { by: 'version', carrier: 'annotation', key: 'example.com/version' } },
          { kind: 'Widget', group: 'example.com', version: 'v2', plural: 'widgets', namespaced: false },
        ],
        intents: [{ value: 2, until: Date.parse('2027-01-01T23:59:59.999Z') }, { absent: true }],
      },
    },
  })
})

test.each([
  [
    'an unknown kind',
    'compare: { kinds: [{ kind: Widget }] }',
    'compare.kinds[0].kind: Widget is not well known: write its apiVersion and plural',
  ],
  [
    'a rename without a center',
    'compare: { kinds: [{ kind: ConfigMap, rename: [a] }] }',
    'compare.kinds[0].rename[0]: needs {center} where the name of the center stands',
  ],
  ['a misspelt key', 'compare: { kinds: [{ kind: ConfigMap, ignor: [a] }] }', 'compare.kinds[0].ignor: unknown key. Did you mean ignore?'],
  [
    'two carriers of a version',
    'compare: { kinds: [{ kind: ConfigMap, version: { label: a, annotation: b } }] }',
    'compare.kinds[0].version: expected exactly one of annotation, label',
  ],
  [
    'a center that is not declared',
    'compare: { intents: [{ kind: A, name: a, path: b, centers: [zone-x], value: 1, reason: r }] }',
    'compare.intents[0].centers[0]: unknown center zone-x. Declared: zone-a, zone-b, zone-c',
  ],
  [
    'an intent without a value',
    'compare: { intents: [{ kind: A, name: a, path: b, centers: [zone-a], reason: r }] }',
    'compare.intents[0].value: expected exactly one of value, absent',
  ],
  [
    'an intent on an object that is there',
    'compare: { intents: [{ kind: A, name: a, centers: [zone-a], reason: r, value: 1 }] }',
    'compare.intents[0].absent: an intent without a path says that the object is absent: true',
  ],
  [
    'a day that is none',
    'compare: { intents: [{ kind: A, name: a, path: b, centers: [zone-a], value: 1, reason: r, until: soon }] }',
    'compare.intents[0].until: expected a day such as 2027-01-31',
  ],
])('%s is a mistake at its place', (_, section, line) => {
  expect(mistakes(section)).toEqual([line])
})
