import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runbookJsonSchema, topologyJsonSchema } from '../../src/documents/json-schema.ts'
import { broken } from './broken/broken.ts'
import { brokenRunbooks, trial } from './broken/runbooks.ts'
import { brokenTopologies } from './broken/topologies.ts'
import { draft7Errors } from './draft7.ts'

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8')
const folder = new URL('../../runbooks/', import.meta.url)
const topologySchema = topologyJsonSchema()
const runbookSchema = runbookJsonSchema()

test('is draft-07, with words for editors', () => {
  for (const schema of [topologySchema, runbookSchema]) {
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      additionalProperties: false,
      description: expect.stringMatching(/\S/),
    })
  }
  expect(topologySchema).toMatchObject({
    properties: {
      centers: { additionalProperties: { properties: { gateway: { description: expect.stringContaining('http://10.0.1.10') } } } },
    },
  })
  expect(topologySchema).toMatchObject({ properties: { policy: { properties: { hold: { default: '5s' }, margin: { default: 1.2 } } } } })
})

test('accepts the example topology', () => {
  expect(draft7Errors(topologySchema, parse(example))).toEqual([])
})

test.each(readdirSync(folder))('accepts the shipped runbook %s', (file) => {
  expect(draft7Errors(runbookSchema, parse(readFileSync(new URL(file, folder), 'utf8')))).toEqual([])
})

/** What an editor can see without knowing which names are declared. */
const visible =
  /unknown key|missing$|expected (one of|a (number|list|map|whole|duration|name)|at least)|must be (at|more)|found (both|none)|goes with do/
test.each(brokenTopologies.filter(({ lines }) => lines.every((line) => visible.test(line) && !/center,|2 centers/.test(line))))(
  'refuses a topology where $says',
  (row) => {
    expect(draft7Errors(topologySchema, parse(broken(example, row)))).not.toEqual([])
  },
)
test.each(
  brokenRunbooks.filter(({ lines }) =>
    lines.every(
      (line) => visible.test(line) && !/\.default:|always$|a drill/.test(line) && !/whole value|with\.wait|\$\{\w+\.\w+\} is/.test(line),
    ),
  ),
)('refuses a runbook where $says', (row) => {
  expect(draft7Errors(runbookSchema, parse(broken(trial, row)))).not.toEqual([])
})

test('offers the names that it is told', () => {
  const known = { actions: ['shift-weights'], checks: ['clients-recovered'], runbooks: ['failover'] }
  const text = JSON.stringify(runbookJsonSchema(known))
  for (const name of Object.values(known).flat()) expect(text).toContain(`"enum":["${name}"]`)
  expect(JSON.stringify(runbookJsonSchema())).toBe(JSON.stringify(runbookSchema))
})
