import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { cacheDirectory, keepInCache } from './cache-directory.ts'

declare const __dirname: string
declare const TRICENTER_BUILD: string

type Exports = Readonly<Record<string, unknown>>

/** Bytes of the digest before compiled code, and with those of the figure behind it: V8 copies code that is not at a multiple of 8. */
const DIGEST = 32
const HEAD = DIGEST + 8
/** So many runs of a verb add what they have compiled; after them, one a day (ms) does. */
const FIRST = 4
const DAY = 86_400_000

const loaded = new Map<string, Exports>()

/**
 * A part of the built program: `dist/<name>.cjs`, one function that answers what it exports; a script of its own has no `import()`, so it is given ours.
 * Its functions come compiled from `$XDG_CACHE_HOME/tricenter/code`, as far as an earlier run of the same verb has called them: Node's own compile cache is filled before a file has run,
 * so it holds no function that the file calls later, and to compile those takes a third of the time of a switch.
 */
export function loadPart(name: string): Exports {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const file = join(__dirname, `${name}.cjs`)
  const place = codeFile(name)
  const kept = place === undefined ? undefined : keptCode(place)
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(kept === undefined ? {} : { cachedData: kept.code }),
  })
  const run = script.runInThisContext() as (url: string, later: (specifier: string) => Promise<unknown>, load: typeof loadPart) => Exports
  const part = run(pathToFileURL(file).href, (specifier) => import(specifier), loadPart)
  loaded.set(name, part)
  if (place !== undefined) {
    const runs = kept === undefined || script.cachedDataRejected === true ? 0 : kept.runs
    if (runs < FIRST || (kept?.at ?? 0) < Date.now() - DAY) process.once('exit', () => keepCode(place, script, runs + 1))
  }
  return part
}

/** One file for each verb, and for what it would do: what others call would only have to be read. */
function codeFile(name: string): string | undefined {
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] === '1') return undefined
  const verb = /^[a-z-]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'any'
  const how = process.argv.includes('--dry-run') ? 'dry-' : ''
  return join(cacheDirectory(process.env), 'code', `${TRICENTER_BUILD}-${process.version}-${process.arch}-${verb}-${how}${name}`)
}

/** `runs`: how many have added to it; `at`: when the last did, ms since the epoch. */
interface Kept {
  readonly code: Buffer
  readonly runs: number
  readonly at: number
}

/** What V8 would run without a look at it: only what this user has written, and whole. */
function keptCode(place: string): Kept | undefined {
  try {
    const opened = openSync(place, 'r')
    try {
      const { uid, mode, mtimeMs } = fstatSync(opened)
      if (uid !== (process.getuid?.() ?? uid) || (mode & 0o022) !== 0) return undefined
      const bytes = readFileSync(opened)
      if (bytes.length <= HEAD || !digest(bytes.subarray(DIGEST)).equals(bytes.subarray(0, DIGEST))) return undefined
      return { code: bytes.subarray(HEAD), runs: bytes.readDoubleLE(DIGEST), at: mtimeMs }
    } finally {
      closeSync(opened)
    }
  } catch {
    return undefined
  }
}

/** At the end of a process: what it found, and what it has compiled besides. */
function keepCode(place: string, script: Script, runs: number): void {
  const figure = Buffer.alloc(HEAD - DIGEST)
  figure.writeDoubleLE(runs)
  const content = Buffer.concat([figure, script.createCachedData()])
  keepInCache(place, Buffer.concat([digest(content), content]), true)
}

function digest(bytes: Buffer): Buffer {
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'buffer')
}
