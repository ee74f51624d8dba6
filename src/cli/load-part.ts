import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { cacheDirectory, removeOld } from './cache-directory.ts'

declare const __dirname: string
declare const TRICENTER_BUILD: string

type Exports = Readonly<Record<string, unknown>>

/** Bytes of the digest before compiled code, and of the figure behind it. */
const DIGEST = 32
const HEAD = DIGEST + 8
/** Code is kept anew when a run has compiled this much more than the one that kept it. */
const GREW = 1.05

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
  const code = place === undefined ? undefined : keptCode(place)
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(code === undefined ? {} : { cachedData: code.subarray(HEAD) }),
  })
  const run = script.runInThisContext() as (url: string, later: (specifier: string) => Promise<unknown>, load: typeof loadPart) => Exports
  const part = run(pathToFileURL(file).href, (specifier) => import(specifier), loadPart)
  loaded.set(name, part)
  if (place !== undefined) {
    const size = script.cachedDataRejected === false && code !== undefined ? code.readDoubleLE(DIGEST) : 0
    process.once('exit', () => keepCode(place, script, size))
  }
  return part
}

/** One file for each verb: another's functions would only have to be read. */
function codeFile(name: string): string | undefined {
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] === '1') return undefined
  const verb = /^[a-z-]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'any'
  return join(cacheDirectory(process.env), 'code', `${TRICENTER_BUILD}-${process.version}-${process.arch}-${verb}-${name}`)
}

/** What V8 would run without a look at it: only what this user has written, and whole. */
function keptCode(place: string): Buffer | undefined {
  try {
    const opened = openSync(place, 'r')
    try {
      const { uid, mode } = fstatSync(opened)
      if (uid !== (process.getuid?.() ?? uid) || (mode & 0o022) !== 0) return undefined
      const bytes = readFileSync(opened)
      return bytes.length > HEAD && digest(bytes.subarray(DIGEST)).equals(bytes.subarray(0, DIGEST)) ? bytes : undefined
    } finally {
      closeSync(opened)
    }
  } catch {
    return undefined
  }
}

/** At the end of a process, when it has compiled noticeably more than the one that kept what it found. `size`: how large that one's code was, 0 for none. */
function keepCode(place: string, script: Script, size: number): void {
  const now = codeSize()
  if (size > 0 && now <= size * GREW) return
  const folder = join(place, '..')
  const draft = `${place}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const figure = Buffer.alloc(HEAD - DIGEST)
    figure.writeDoubleLE(now)
    const content = Buffer.concat([figure, script.createCachedData()])
    const opened = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(opened, Buffer.concat([digest(content), content]))
      // So that no name is there without its content.
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
    renameSync(draft, place)
    removeOld(folder)
  } catch {
    // Nothing is lost but time.
  }
}

/** Bytes of the spaces in which V8 has its code, bytecode among it. To ask for the code alone would have it walk over the whole heap. */
function codeSize(): number {
  const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics()
  return spaces.reduce((sum, { space_name: name, space_used_size: used }) => (name.startsWith('trusted') ? sum + used : sum), 1)
}

function digest(bytes: Buffer): Buffer {
  return process.getBuiltinModule('node:crypto').hash('sha256', bytes, 'buffer')
}
