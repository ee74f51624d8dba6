import type { Metafile } from 'esbuild'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Licences under which the program may be given on with no more than their text beside it. */
const ALLOWED: readonly string[] = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

interface Licence {
  readonly name: string
  readonly version: string
  readonly id: string
  /** Where the text is from, if not from a file of its own; or in what it came. */
  readonly note?: string
  readonly text: string
}

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: unknown
  readonly author?: string | { readonly name: string; readonly email?: string }
}

/** Packages that are in another's files, where no bundler sees them. */
const WITHIN: Readonly<Record<string, readonly string[]>> = { 'jsonpath-plus': ['jsep', '@jsep-plugin/assignment', '@jsep-plugin/regex'] }

/**
 * Name, version, licence and its whole text of each package that has code in these builds, one text once. The order depends on names only.
 * Throws with one line per package whose licence is not on the list or that says nothing of it.
 */
export function thirdPartyLicences(builds: readonly Metafile[]): string {
  const faults: string[] = []
  const found = foldersIn(builds).flatMap((folder) => {
    try {
      return [licenceOf(folder), ...within(folder)]
    } catch (error) {
      faults.push((error as Error).message)
      return []
    }
  })
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const byText = Map.groupBy(
    found.sort((a, b) => compare(titleOf(a), titleOf(b))),
    ({ text }) => text,
  )
  const parts = [...byText].map(([text, under]) => `${under.map(titleOf).join('\n')}\n\n${text}\n`)
  const intro = `tricenter contains code of these ${found.length} packages.\n`
  return [intro, ...parts].join(`\n${'-'.repeat(80)}\n\n`)
}

const titleOf = ({ name, version, id, note }: Licence): string => `${name} ${version}, ${id}${note === undefined ? '' : ` (${note})`}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Folders of the packages of which something is left in an output. What stands for left-out modules is our own. */
function foldersIn(builds: readonly Metafile[]): readonly string[] {
  const folders = new Set<string>()
  for (const { outputs } of builds)
    for (const { inputs } of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(inputs))
        if (bytesInOutput > 0) {
          const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
          if (folder !== undefined) folders.add(folder)
        }
  return [...folders]
}

function manifestOf(folder: string): Manifest {
  const file = join(folder, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {}
}

function licenceOf(folder: string, note?: string): Licence {
  const { name = '', version = '', license, author } = manifestOf(folder)
  const id = typeof license === 'string' ? license : 'none'
  if (!ALLOWED.includes(id)) throw new Error(`${name} ${version}: its licence ${id} is not one of ${ALLOWED.join(', ')}`)
  const { text, origin } = textIn(folder) ?? writtenFor(id, typeof author === 'object' ? author.name : author) ?? {}
  if (text === undefined)
    throw new Error(
      `${name} ${version}: there is no text of its licence ${id}${author === undefined ? ', and package.json names no author' : ''}`,
    )
  const notes = [note, origin].filter((one) => one !== undefined)
  return { name, version, id, text, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) }
}

interface Text {
  readonly text: string
  readonly origin?: string
}

/** All files that say it, a NOTICE with them; else that chapter of the README. */
function textIn(folder: string): Text | undefined {
  const files = readdirSync(folder).sort()
  const texts = files
    .filter((file) => /^(licen[cs]e|copying|notice)([.-](md|txt|mit))?$/i.test(file))
    .map((file) => read(join(folder, file)))
  if (texts.some((text) => text.length > 200)) return { text: texts.join('\n\n') }
  const readme = files.find((file) => /^readme(\.md)?$/i.test(file))
  if (readme === undefined) return undefined
  const chapter = /^(?:#+ *licen[cs]e.*|licen[cs]e\n-+) *\n([^]*?)(?=^#|^.+\n[-=]{3,} *$|^\[.+\]: |(?![^]))/im.exec(
    read(join(folder, readme)),
  )?.[1]
  if (chapter === undefined || !/permission/i.test(chapter) || !/warrant/i.test(chapter)) return undefined
  return { text: plain(chapter), origin: 'text from its README' }
}

const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim()
const plain = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').trim()

/** The text of a licence that is the same for everyone but for its first line, for packages that only name it. */
function writtenFor(id: string, author: string | undefined): Text | undefined {
  if (id !== 'MIT' || author === undefined) return undefined
  return {
    text: `MIT License\n\nCopyright (c) ${author}\n\n${MIT}`,
    origin: 'the package names its licence and author only; the text is that of MIT',
  }
}

function within(folder: string): readonly Licence[] {
  const { name = '' } = manifestOf(folder)
  const packages = (WITHIN[name] ?? []).map((one) => licenceOf(join(nearest(folder, one), one), `within ${name}`))
  // The parser in WebAssembly; undici says nothing of its licence.
  const llhttp = { name: 'llhttp', version: 'as built into undici', id: 'MIT', text: `Copyright Fedor Indutny, 2018.\n\n${MIT}` }
  return name === 'undici' ? [...packages, llhttp] : packages
}

/** The `node_modules` in which a package finds another. */
function nearest(folder: string, name: string): string {
  if (existsSync(join(folder, 'node_modules', name))) return join(folder, 'node_modules')
  if (folder === dirname(folder)) throw new Error(`${name} is not installed`)
  return nearest(dirname(folder), name)
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`
