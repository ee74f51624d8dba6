import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { withDefaults } from '../../src/compare/defaults.ts'
import { schemaNode } from '../../src/compare/schema.ts'
import type { AnyObject } from '../../src/domain/compare.ts'
import { readManifestText } from '../../src/documents/manifests.ts'
import { differing } from './world.ts'

const FIXTURES = join(import.meta.dirname, '../../../shared/fixtures')
const there = existsSync(join(FIXTURES, 'crds'))

interface Crd {
  readonly kind?: string
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string; readonly schema?: { readonly openAPIV3Schema?: object } }[]
  }
}

const files = (directory: string): readonly string[] =>
  readdirSync(join(FIXTURES, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => readFileSync(join(FIXTURES, directory, name), 'utf8'))

/** Schemas by `kind group/version`; of CRDs of several releases the last one counts. */
function schemas(): ReadonlyMap<string, object> {
  const crds = files('crds').flatMap((body) => parseAllDocuments(body).map((one) => one.toJS() as Crd | null))
  return new Map(
    crds.flatMap((crd) =>
      crd?.kind !== 'CustomResourceDefinition'
        ? []
        : crd.spec.versions.map(
            ({ name, schema }) => [`${crd.spec.names.kind} ${crd.spec.group}/${name}`, schema?.openAPIV3Schema ?? {}] as const,
          ),
    ),
  )
}

function examples(known: ReadonlyMap<string, object>): readonly (readonly [string, AnyObject])[] {
  return files('examples')
    .flatMap((body) => readManifestText(body, 'example').manifests)
    .flatMap(({ object }) => {
      const key = `${String(object['kind'])} ${String(object['apiVersion'])}`
      return known.has(key) ? [[key, object] as const] : []
    })
}

describe.skipIf(!there)('schemas of real CRDs', () => {
  const known = there ? schemas() : new Map<string, object>()
  const objects = there ? examples(known) : []

  test('there are some, and examples of theirs', () => {
    expect(known.size).toBeGreaterThan(10)
    expect(objects.length).toBeGreaterThan(3)
  })

  test('their defaults are filled in once, and make no difference', () => {
    for (const [key, object] of objects) {
      const schema = known.get(key) ?? {}
      const filled = withDefaults(object, schemaNode(schema)) as AnyObject
      expect(withDefaults(filled, schemaNode(schema)), key).toEqual(filled)
      expect(differing(String(object['kind']), object, filled, schema), key).toEqual([])
      expect(differing(String(object['kind']), object, object, schema), key).toEqual([])
    }
  })

  test('a field that they do not know is found, in every kind', () => {
    for (const [key, object] of objects) {
      const spec = { ...(object['spec'] as object), noSuchField: 1 }
      expect(differing(String(object['kind']), object, { ...object, spec }, known.get(key)), key).toEqual(['spec.noSuchField'])
    }
  })
})
