import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { checks } from '../../src/checks/index.ts'
import { questions } from '../../src/checks/questions.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { shippedRunbooks } from '../../src/cli/shipped-runbooks.ts'
import { facts } from '../../src/facts/index.ts'
import { gatewayKinds } from '../../src/gateways/index.ts'

/** Exports of every file of a folder, by file, as far as they look like an entry of its registry. */
async function entriesIn(folder: string, isEntry: (value: object) => boolean): Promise<ReadonlyMap<string, object>> {
  const found = new Map<string, object>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'index.ts')) {
    const exported = (await import(resolve(folder, file))) as Readonly<Record<string, unknown>>
    for (const value of Object.values(exported)) if (typeof value === 'object' && value !== null && isEntry(value)) found.set(file, value)
  }
  return found
}

test.each([
  { folder: 'src/facts', registry: facts, keys: ['name', 'rights', 'read'] },
  { folder: 'src/checks', registry: [...checks, ...questions], keys: ['name', 'id', 'evaluate'] },
  { folder: 'src/actions', registry: actions, keys: ['name', 'input', 'plan'] },
  { folder: 'src/gateways', registry: gatewayKinds, keys: ['name', 'kind', 'toRoute'] },
  { folder: 'src/cli/commands', registry: commands, keys: ['name', 'summary'] },
])('everything in $folder is listed in its index', async ({ folder, registry, keys }) => {
  const entries = await entriesIn(folder, (value) => keys.every((key) => key in value))
  expect(entries.size).toBe(registry.length)
  expect([...entries].filter(([, entry]) => !(registry as readonly object[]).includes(entry)).map(([file]) => file)).toEqual([])
})

test.each([
  { folder: 'src/facts', registry: facts },
  { folder: 'src/checks', registry: checks },
  { folder: 'src/actions', registry: actions },
  { folder: 'src/gateways', registry: gatewayKinds },
])('each entry of $folder is named after its file, and the list is sorted', ({ folder, registry }) => {
  const names = registry.map(({ name }) => name)
  expect(names).toEqual(names.toSorted())
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(names.map((name) => `${name}.ts`)))
})

test('each question is named after its file, and the list goes by their ids', () => {
  const names = questions.map(({ name }) => name)
  expect(readdirSync('src/checks')).toEqual(expect.arrayContaining(names.map((name) => `${name}.ts`)))
  expect(questions.map(({ id }) => id)).toEqual(questions.map(({ id }) => id).toSorted())
})

test('no two checks or questions share an id or a name', () => {
  const all = [...checks, ...questions]
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
})

test('each shipped runbook is named after its file', () => {
  for (const [file, runbook] of shippedRunbooks()) expect(runbook.name).toBe(file)
})
