import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { topologyJsonSchema } from '../../src/documents/json-schema.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { resolveDeploy } from '../../src/documents/topology-deploy.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Deploy } from '../../src/domain/deploy.ts'
import { broken } from './broken/broken.ts'
import { brokenDeploys, deploySection } from './broken/deploys.ts'
import { draft7Errors } from './draft7.ts'

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8')
const above = example.split('\n').length - 1

function deployOf(section: string): Deploy | undefined {
  const read = readTopology(`${example}${section}`, 'tricenter.yaml')
  if ('mistakes' in read) throw new Error(read.mistakes.map(mistakeLine).join('\n'))
  return read.topology.deploy
}

test('a topology without the section has none', () => {
  expect(deployOf('')).toBeUndefined()
})

test('reads the releases of the document by their pattern, with the usual waves', () => {
  expect(deployOf(deploySection)).toEqual({
    chart: { reference: 'oci://registry.example.com/higress', version: '2.1.9' },
    values: ['values/shared.yaml'],
    releases: {
      'zone-a': { name: 'higress-zone-a', namespace: 'higress-system', values: ['values/values-zone-a.yaml'] },
      'zone-b': { name: 'higress-zone-b', namespace: 'higress-system', values: ['values/values-zone-b.yaml'] },
      'zone-c': { name: 'higress-shanghai', namespace: 'higress-system', values: ['values/values-shanghai.yaml'] },
    },
    waves: [['zone-c'], ['zone-a'], ['zone-b']],
    drain: false,
    hold: 30_000,
    timeout: 600_000,
  })
})

test('reads releases that are written out, for some centers only, and figures as people write them', () => {
  const deploy = deployOf(`
deploy:
  chart: { path: ./chart, digest: 'sha256:${'0a'.repeat(32)}' }
  namespace: higress-system
  releases:
    each:
      zone-b: { name: gw }
      zone-c: { name: gw, namespace: edge, values: [c.yaml] }
  drain: true
  hold: 1m30s
  timeout: 5m
`)
  expect(deploy).toMatchObject({
    releases: {
      'zone-b': { name: 'gw', namespace: 'higress-system', values: [] },
      'zone-c': { name: 'gw', namespace: 'edge', values: ['c.yaml'] },
    },
    waves: [['zone-c'], ['zone-b']],
    drain: true,
    hold: 90_000,
    timeout: 300_000,
  })
})

test('makes paths absolute where the file is, and leaves references alone', () => {
  const deploy = deployOf(deploySection)!
  expect(resolveDeploy(deploy, '/etc/gw')).toMatchObject({
    chart: deploy.chart,
    values: ['/etc/gw/values/shared.yaml'],
    releases: { 'zone-c': { values: ['/etc/gw/values/values-shanghai.yaml'] } },
  })
  expect(resolveDeploy({ ...deploy, chart: { path: '../chart' }, values: ['/abs.yaml'] }, '/etc/gw')).toMatchObject({
    chart: { path: '/etc/chart' },
    values: ['/abs.yaml'],
  })
})

test.each(brokenDeploys)('says where $says', (row) => {
  const read = readTopology(`${example}${broken(deploySection, row)}`, 'tricenter.yaml')
  const lines = 'mistakes' in read ? read.mistakes.map(mistakeLine) : []
  expect(lines).toEqual(row.lines.map((line) => line.replace(/^\d+/, (own) => `tricenter.yaml:${Number(own) + above}`)))
})

test('editors know the section, and complain of what is misspelt', () => {
  expect(draft7Errors(topologyJsonSchema(), parse(`${example}${deploySection}`))).toEqual([])
  expect(draft7Errors(topologyJsonSchema(), parse(`${example}${deploySection.replace('namespace:', 'namspace:')}`))).not.toEqual([])
})
