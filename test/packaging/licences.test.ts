import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { thirdPartyLicences } from '../../.ci/licences.ts'

const TEXT = `Permission is granted to use it. There is no warranty. ${'So it stands here. '.repeat(20)}`
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-licences-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Files of a package by their names; its package.json is made of the rest. */
function put(at: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(dir, at)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** What a build says that took these files, with so many bytes of each. */
function built(...inputs: readonly (readonly [file: string, bytes: number])[]): readonly Metafile[] {
  const taken = Object.fromEntries(inputs.map(([file, bytesInOutput]) => [file, { bytesInOutput }]))
  return [{ inputs: {}, outputs: { 'out.js': { bytes: 1, inputs: taken, imports: [], exports: [] } } }]
}

test('a package in another, and one under a scope, have their own licence; one text stands once, whatever the order of the build', () => {
  const outer = put('node_modules/outer', { name: 'outer', version: '1.0.0', license: 'ISC' }, { 'LICENSE.txt': 'x'.repeat(300) })
  const inner = put('node_modules/outer/node_modules/inner', { name: 'inner', version: '2.0.0', license: 'MIT' }, { license: TEXT })
  const scoped = put('node_modules/@some/part', { name: '@some/part', version: '3.0.0', license: 'MIT' }, { License: TEXT })
  const files = [
    [join(outer, 'index.js'), 1],
    [join(inner, 'lib/a.js'), 1],
    [join(scoped, 'dist/cjs/b.js'), 1],
  ] as const
  writeFileSync(join(outer, 'NOTICE'), 'Made by many.')
  const text = thirdPartyLicences(built(...files))
  expect(text).toContain(`@some/part 3.0.0, MIT\ninner 2.0.0, MIT\n\n${TEXT.trim()}\n`)
  expect(text).toContain(`outer 1.0.0, ISC\n\n${'x'.repeat(300)}\n\nMade by many.\n`)
  expect(text).toContain('3 packages')
  expect(thirdPartyLicences(built(...files.toReversed()))).toBe(text)
})

test('a folder that only says how it is read is no package of its own', () => {
  const folder = put('node_modules/both', { name: 'both', version: '1.0.0', license: 'MIT' }, { LICENSE: TEXT, 'dist/package.json': '{}' })
  expect(thirdPartyLicences(built([join(folder, 'dist/index.js'), 5]))).toContain('both 1.0.0, MIT\n')
})

test('what left nothing in the build, and what is our own, is not named', () => {
  const gone = put('node_modules/gone', { name: 'gone', version: '1.0.0', license: 'GPL-3.0-only' })
  const text = thirdPartyLicences(built([join(gone, 'index.js'), 0], ['src/cli/main.ts', 9], ['lean:3', 9]))
  expect(text).toContain('0 packages')
})

test.each([
  '# part\n\n## License\n\nCopyright (c) A &lt;a@b&gt;\n\nPermission is granted.\nNo warranty.\n\n## More\n\nOther things\n',
  'part\n====\n\nLicense\n-------\n\nCopyright (c) A &lt;a@b&gt;\n\nPermission is granted.\nNo warranty.\n\n[there]: http://there\n',
])('a text that only the README has is taken from there: %j', (readme) => {
  const folder = put('node_modules/part', { name: 'part', version: '1.0.0', license: 'MIT' }, { 'README.md': readme })
  expect(thirdPartyLicences(built([join(folder, 'index.js'), 1]))).toMatch(
    /part 1\.0\.0, MIT \(text from its README\)\n\nCopyright \(c\) A <a@b>\n\nPermission is granted\.\nNo warranty\.\n$/,
  )
})

test('a package that names only MIT and its author gets the text of MIT, and that is said', () => {
  const folder = put(
    'node_modules/part',
    { name: 'part', version: '1.0.0', license: 'MIT', author: { name: 'A B' } },
    { 'README.md': '# part' },
  )
  expect(thirdPartyLicences(built([join(folder, 'index.js'), 1]))).toMatch(
    /part 1\.0\.0, MIT \(the package names its licence and author only; the text is that of MIT\)\n\nMIT License\n\nCopyright \(c\) A B\n\nPermission/,
  )
})

test('every package that may not be given on is named in a line of its own', () => {
  const files = [
    put('node_modules/a', { name: 'a', version: '1.0.0', license: 'GPL-3.0-only' }, { LICENSE: TEXT }),
    put('node_modules/b', { name: 'b', version: '1.0.0' }, { LICENSE: TEXT }),
    put('node_modules/c', { name: 'c', version: '1.0.0', license: 'MIT' }),
    put('node_modules/d', { name: 'd', version: '1.0.0', license: 'ISC', author: 'D' }),
  ].map((folder) => [join(folder, 'index.js'), 1] as const)
  expect(() => thirdPartyLicences(built(...files))).toThrow(
    `a 1.0.0: its licence GPL-3.0-only is not one of 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT
b 1.0.0: its licence none is not one of 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT
c 1.0.0: there is no text of its licence MIT, and package.json names no author
d 1.0.0: there is no text of its licence ISC`,
  )
})

test('the built program names its libraries, and what hides in their files', () => {
  const text = readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8')
  for (const name of ['@bomb.sh/tab', '@kubernetes/client-node', 'commander', 'undici', 'yaml', 'zod', 'jsep', 'llhttp', 'ws'])
    expect(text).toMatch(new RegExp(`^${name} \\S.*, (MIT|ISC|Apache-2\\.0)`, 'm'))
  // Packages only used to build are not in it.
  for (const name of ['esbuild', 'typescript', 'vitest']) expect(text).not.toMatch(new RegExp(`^${name} `, 'm'))
})
