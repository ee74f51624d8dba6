import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRows } from '../../src/cli/verbs/sync-sources.ts'

function rowsOf(body: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'tricenter-rows-')), 'export')
  writeFileSync(file, body)
  return readRows(file, 'export')
}

const HEAD = 'kind,namespace,name,version,enabled,object'

test('a CSV export is read with its quotes, line ends and empty cells', () => {
  const body = `\uFEFF${HEAD}\r\nPlugin,ai,one,2,true,"{""kind"":""Plugin"",\n""a"":""x,y""}"\r\nPlugin,,two,0,0,\r\n`
  expect(rowsOf(body)).toEqual([
    { kind: 'Plugin', namespace: 'ai', name: 'one', version: '2', enabled: true, object: { kind: 'Plugin', a: 'x,y' } },
    { kind: 'Plugin', name: 'two', version: '0', enabled: false },
  ])
})

test('a JSON export is a list of rows, or a document that holds them', () => {
  const row = { kind: 'Plugin', namespace: 'ai', name: 'one', version: 3, enabled: false, object: { kind: 'Plugin' } }
  const read = { ...row, version: '3' }
  expect(rowsOf(JSON.stringify([row]))).toEqual([read])
  expect(rowsOf(JSON.stringify({ rows: [row] }))).toEqual([read])
})

test.each([
  ['an export that broke off in a line', `${HEAD}\nPlugin,ai,one,2,true,\nPlugin,ai,tw`],
  ['one that broke off in a cell', `${HEAD}\nPlugin,ai,one,2,true,"{""kind"`],
  ['half a JSON document', '[{"kind": "Plugin", "name": "one", "version"'],
  ['a version that is no number', `${HEAD}\nPlugin,ai,one,v2,true,`],
  ['a switch that is neither on nor off', `${HEAD}\nPlugin,ai,one,2,perhaps,`],
  ['a file that is no export', 'hello'],
  ['an empty file', ''],
])('%s is an error and no smaller export', (_, body) => {
  expect(() => rowsOf(body)).toThrow(/bad-row|no-rows/)
})
