import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { describe, expect, test } from 'vitest'
import { definitions } from '../../../src/lab/crds/definitions.ts'
import type { Tree } from '../../../src/lab/apiserver/json.ts'

// The published definitions stand beside the repository where developers have them. Elsewhere these tests are reported as not run.
const folder = new URL('../../../../shared/fixtures/crds/', import.meta.url)
const present = existsSync(folder)
const folders = ['gateway-api-v1.0.0/experimental/', 'higress-v2.1.9/']

function published(): Map<string, Tree> {
  const found = new Map<string, Tree>()
  for (const name of present ? folders : []) {
    for (const file of readdirSync(new URL(name, folder))) {
      if (!file.endsWith('.yaml')) continue
      for (const document of parseAllDocuments(readFileSync(new URL(name + file, folder), 'utf8'))) {
        const object: Tree = document.toJS() ?? {}
        if (object['kind'] === 'CustomResourceDefinition') found.set(object['metadata'].name, object)
      }
    }
  }
  return found
}

/** What counts of a schema: everything but its prose and its CEL, with lists whose order says nothing in one order. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(key === 'description' && typeof value === 'string') && key !== 'x-kubernetes-validations',
  )
  return Object.fromEntries(
    entries.map(([key, value]) => [key, (key === 'required' || key === 'enum') && Array.isArray(value) ? value.toSorted() : bare(value)]),
  )
}

describe.skipIf(!present)('the definitions of the lab are those that are published', () => {
  const real = published()
  test.each(definitions.map((definition) => [definition['metadata'].name, definition] as const))('%s', (name, { spec }) => {
    const { spec: expected } = real.get(name) ?? {}
    expect({ group: spec.group, scope: spec.scope, names: spec.names }).toEqual({
      group: expected.group,
      scope: expected.scope,
      names: expected.names,
    })
    expect(spec.versions.map((one: Tree) => one['name']).toSorted()).toEqual(expected.versions.map((one: Tree) => one['name']).toSorted())
    for (const version of expected.versions) {
      const ours = spec.versions.find((one: Tree) => one['name'] === version.name)
      expect({ served: ours.served, storage: ours.storage, status: ours.subresources?.status !== undefined }).toEqual({
        served: version.served,
        storage: version.storage,
        status: version.subresources?.status !== undefined,
      })
      expect(bare(ours.schema.openAPIV3Schema)).toEqual(bare(version.schema.openAPIV3Schema))
    }
  })
})

test.skipIf(present)('not run: the published definitions are not beside this repository', () => undefined)
