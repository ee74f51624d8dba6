import { build } from 'esbuild'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeChunks } from '../../.ci/merge-chunks.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricenter-chunks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sources = {
  // Who counts is told by one object: two copies of it would count apart.
  'counter.js': 'export const counter = { count: 0 }',
  'early.js': `import { counter } from './counter.js'; counter.count += 1; export const early = () => counter.count; export const later = () => import('./late.js')`,
  'late.js': `import { counter } from './counter.js'; import { word } from './word.js'; counter.count += 10; export const late = () => [word, counter.count]`,
  'other.js': `import { counter } from './counter.js'; import { word } from './word.js'; export const other = () => [word, counter.count]`,
  'word.js': `export const word = 'said'`,
}

/** Built and merged: `early` first, then `late`. */
async function merged(): Promise<(name: string) => string> {
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text)
  const out = join(folder, 'out')
  const entry = (name: string): string => join(folder, name)
  const { metafile } = await build({
    entryPoints: [entry('early.js'), entry('late.js'), entry('other.js')],
    outdir: out,
    bundle: true,
    format: 'esm',
    splitting: true,
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'error',
  })
  const sourceOf = (name: string): string => relative(process.cwd(), entry(name)).replaceAll('\\', '/')
  await mergeChunks(metafile.outputs, [sourceOf('early.js'), sourceOf('late.js')])
  return (name) => join(out, basename(name))
}

test('what an entry loads at once is in its own file, and what came before is taken from there', async () => {
  const file = await merged()
  expect(readFileSync(file('early.js'), 'utf8')).not.toMatch(/\bfrom\s*['"]/)
  expect(readFileSync(file('late.js'), 'utf8')).toMatch(/from\s*['"]\.\/early\.js['"]/)
  expect(readFileSync(file('late.js'), 'utf8')).not.toContain('chunks/')
})

test('nothing is there twice: every file sees the same objects', async () => {
  const file = await merged()
  const load = async (name: string) =>
    (await import(pathToFileURL(file(name)).href)) as Readonly<Record<'early' | 'later' | 'other', () => unknown>>
  const { early, later } = await load('early.js')
  expect(early()).toBe(1)
  const { late } = (await later()) as { late: () => unknown }
  expect(late()).toEqual(['said', 11])
  expect((await load('other.js')).other()).toEqual(['said', 11])
  expect(early()).toBe(11)
})
