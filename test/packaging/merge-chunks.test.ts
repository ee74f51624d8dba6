import { build } from 'esbuild'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeChunks, type Part } from '../../.ci/merge-chunks.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricenter-chunks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sources = {
  // Who counts is told by one object: two copies of it would count apart.
  'counter.js': 'export const counter = { count: 0 }',
  'early.js': `
    import { counter } from './counter.js'
    counter.count += 1
    export const early = () => counter.count
    export const later = () => import('./late.js')
    export const elsewhere = () => import('./other.js')
    export const outside = () => import('./apart.js')
    export const builtin = () => import('node:path')
    export const where = () => import.meta.url`,
  'late.js': `import { counter } from './counter.js'; import { word } from './word.js'; counter.count += 10; export const late = () => [word, counter.count]`,
  'other.js': `import { counter } from './counter.js'; import { word } from './word.js'; export const other = () => [word, counter.count]`,
  'apart.js': `import { counter } from './counter.js'; import { word } from './word.js'; export const apart = () => [word, counter.count]`,
  // esbuild leaves a regular expression as it is written.
  'word.js': `/*! © */ export const word = ['中', /^µs$/.test('µs'), /^😀$/u.test('😀')]`,
}
const WORD = ['中', true, true]

const LOADER = `
  const { readFileSync } = require('node:fs')
  const { Script } = require('node:vm')
  const { pathToFileURL } = require('node:url')
  const known = new Map()
  exports.loadPart = (name) => {
    const file = __dirname + '/' + name + '.cjs'
    if (!known.has(name)) known.set(name, new Script(readFileSync(file, 'latin1')).runInThisContext()(pathToFileURL(file).href, (specifier) => import(specifier), exports.loadPart))
    return known.get(name)
  }`

/** Built: `early` and `late` are in the part `both`, `other` is in `more`, and `apart` in none. */
async function merged(): Promise<(name: string) => string> {
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text)
  const out = join(folder, 'out')
  const entry = (name: string): string => join(folder, name)
  const { metafile } = await build({
    entryPoints: Object.keys(sources)
      .filter((one) => /^(early|late|other|apart)/.test(one))
      .map(entry),
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    splitting: true,
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'error',
  })
  writeFileSync(join(out, 'loader.cjs'), LOADER)
  const sourceOf = (name: string): string => relative(process.cwd(), entry(name)).replaceAll('\\', '/')
  const parts: readonly Part[] = [
    { name: 'both', entries: [sourceOf('early.js'), sourceOf('late.js')] },
    { name: 'more', entries: [sourceOf('other.js')] },
  ]
  await mergeChunks(metafile.outputs, parts, join(out, 'loader.cjs'))
  return (name) => join(out, basename(name))
}

type Loaded = Readonly<
  Record<'early' | 'later' | 'late' | 'elsewhere' | 'other' | 'outside' | 'apart' | 'builtin' | 'where', () => unknown>
>
const load = async (file: string): Promise<Loaded> => (await import(pathToFileURL(file).href)) as Loaded

test('what entries load at once is in functions, in ASCII, and other files say where it is', async () => {
  const file = await merged()
  for (const part of ['both.cjs', 'more.cjs'].map((one) => readFileSync(file(one), 'utf8'))) {
    expect(part).toMatch(/^\(function\(/)
    expect(part).not.toMatch(/\b(?:import|export)\b\s*[({*'"]/)
    expect(part).not.toMatch(/[^\0-\x7f]/)
  }
  expect(readFileSync(file('more.cjs'), 'utf8')).not.toContain('count:')
  const names = ['apart.js', 'both.cjs', 'chunks', 'early.js', 'late.js', 'loader.cjs', 'more.cjs', 'other.js']
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(names)
  for (const one of ['early.js', 'late.js', 'other.js'])
    expect(readFileSync(file(one), 'utf8')).toMatch(/^import loader from"\.\/loader\.cjs";export const\{/)
})

test('nothing is there twice: every file and part sees the same objects, whichever is loaded first', async () => {
  const file = await merged()
  const { apart } = await load(file('apart.js'))
  expect(apart()).toEqual([WORD, 11])
  const { early, later, elsewhere, outside } = await load(file('early.js'))
  expect(early()).toBe(11)
  expect(((await later()) as Loaded).late()).toEqual([WORD, 11])
  expect((await load(file('late.js'))).late()).toEqual([WORD, 11])
  const { other } = (await elsewhere()) as Loaded
  expect(other()).toEqual([WORD, 11])
  expect((await load(file('other.js'))).other).toBe(other)
  expect(((await outside()) as Loaded).apart).toBe(apart)
})

test('a part knows where it is, and loads what is Node’s own', async () => {
  const file = await merged()
  const { where, builtin } = await load(file('early.js'))
  expect(where()).toBe(pathToFileURL(file('both.cjs')).href)
  expect(await builtin()).toHaveProperty('basename')
})
