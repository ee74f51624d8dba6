import { createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { KindInput } from '../../compare/compare.ts'
import { sealedObject, type SavedKind, type Snapshot } from '../../compare/snapshot.ts'
import { sharedNames } from '../../compare/rename.ts'
import { readManifestText, writtenTwice } from '../../documents/manifests.ts'
import { mistakesFault } from '../../documents/mistake.ts'
import { isOfKind, type AnyObject, type ComparedKind } from '../../domain/compare.ts'
import { fault } from '../../domain/fault.ts'
import type { CenterName, Topology } from '../../domain/topology.ts'
import type { Words } from '../../domain/words.ts'
import type { SchemaStore } from '../../engine/diff.ts'

const MANIFEST = /\.(?:ya?ml|json)$/i

/** Every object of files, directories (with what is below them) and stdin (`-`); a List is its items. One without kind or name, and one that is written twice, is a mistake. */
export async function readManifests(paths: readonly string[], stdin: NodeJS.ReadStream): Promise<readonly AnyObject[]> {
  const texts = await Promise.all(
    paths.map(async (path): Promise<(readonly [string, string])[]> =>
      path === '-' ? [['stdin', await readAll(stdin)]] : filesIn(path).map((file) => [file, readText(file)]),
    ),
  )
  const manifests = texts.flat().flatMap(([file, body]) => {
    const read = readManifestText(body, file)
    if (read.mistakes.length > 0) throw mistakesFault(file, read.mistakes)
    return read.manifests
  })
  const [twice, ...more] = writtenTwice(manifests)
  if (twice !== undefined) throw mistakesFault(twice.file, [twice, ...more])
  return manifests.map(({ object }) => object)
}

/** Names of the desired side that a rename pattern makes one: which of them is meant nobody can tell. */
export function refuseSharedNames(objects: readonly AnyObject[], kinds: readonly ComparedKind[], topology: Topology): void {
  const centers = topology.centers.map(({ name }) => name)
  for (const kind of kinds) {
    const own = objects.filter((object) => isOfKind(object, kind))
    for (const [pattern, names] of sharedNames(own, kind, centers, topology.compare?.aliases ?? {}))
      throw fault('input', 'names-are-one', { kind: kind.kind, pattern, names, first: names[0] ?? '', second: names[1] ?? '' })
  }
}

function filesIn(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    const found = readdirSync(path, { withFileTypes: true, recursive: true })
    // kubectl writes files without an ending into the directories that it hands to KUBECTL_EXTERNAL_DIFF.
    const files = found.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    const named = files.filter(({ name }) => MANIFEST.test(name))
    return (named.length > 0 ? named : files).map((entry) => join(entry.parentPath, entry.name)).toSorted()
  } catch (error) {
    throw unreadable(path, error)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}

const unreadable = (file: string, error: unknown): Error =>
  fault('input', 'file-unreadable', { file, why: (error as NodeJS.ErrnoException).code ?? String(error) })

/** Replaces a secret by a digest that only this machine's key can make again. */
export interface Sealer {
  readonly key: string
  readonly digest: (secret: string) => string
}

export function sealerOf(state: string): Sealer {
  const file = join(state, 'diff.key')
  let key: Buffer
  try {
    key = readFileSync(file)
  } catch {
    key = randomBytes(32)
    mkdirSync(state, { recursive: true, mode: 0o700 })
    writeFileSync(file, key, { mode: 0o600, flag: 'wx' })
  }
  return {
    key: createHash('sha256').update(key).digest('hex').slice(0, 12),
    digest: (secret) => createHmac('sha256', key).update(secret).digest('hex'),
  }
}

/** One short text for a secret, keyed anew in every run: equal where the secrets are, and nothing else can be told from it. */
export function runFingerprint(): (secret: string) => string {
  const key = randomBytes(32)
  return (secret) => createHmac('sha256', key).update(secret).digest('hex').slice(0, 8)
}

/** What `--save` keeps of the live columns. */
export function snapshotOf(
  topology: string,
  kinds: readonly KindInput[],
  centers: readonly CenterName[],
  at: number,
  sealer: Sealer,
): Snapshot {
  return {
    apiVersion: 'tricenter.io/v1',
    kind: 'Snapshot',
    topology,
    at,
    key: sealer.key,
    centers: Object.fromEntries(
      centers.map((center) => [
        center,
        kinds.flatMap(({ kind, columns }): readonly SavedKind[] => {
          const seen = columns.get(center)
          if (seen === undefined) return []
          if (seen.state !== 'present') return [{ kind, seen }]
          return [{ kind, seen: { state: 'present' as const, objects: seen.objects.map((object) => sealedObject(object, sealer.digest)) } }]
        }),
      ]),
    ),
  }
}

/** Written beside its place and then moved there: a reader never sees half of it. */
export async function writeSnapshot(file: string, snapshot: Snapshot): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.part`, `${JSON.stringify(snapshot)}\n`, { mode: 0o600 })
    await rename(`${file}.part`, file)
  } catch (error) {
    throw unreadable(file, error)
  }
}

export function readSnapshot(file: string): Snapshot {
  let snapshot: Partial<Snapshot>
  try {
    snapshot = JSON.parse(readText(file)) as Partial<Snapshot>
  } catch (error) {
    if (error instanceof SyntaxError) throw fault('input', 'not-a-snapshot', { file })
    throw error
  }
  if (
    snapshot?.kind !== 'Snapshot' ||
    snapshot.apiVersion !== 'tricenter.io/v1' ||
    typeof snapshot.centers !== 'object' ||
    typeof snapshot.key !== 'string'
  )
    throw fault('input', 'not-a-snapshot', { file })
  return snapshot as Snapshot
}

/** Schemas that servers name by their hash, kept between runs. What cannot be written is read again the next time. */
export function schemaFiles(state: string): SchemaStore {
  const fileOf = (key: string): string => join(state, 'schemas', `${createHash('sha256').update(key).digest('hex')}.json`)
  return {
    get: async (key) => await readFile(fileOf(key), 'utf8').catch(() => undefined),
    set: async (key, body) => {
      const file = fileOf(key)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        .then(async () => await writeFile(`${file}.${process.pid}`, body, { mode: 0o600 }))
        .then(async () => await rename(`${file}.${process.pid}`, file))
        .catch(() => undefined)
    },
  }
}

export const diffSourcesWords = {
  'names-are-one': {
    en: 'Could not use the desired side: {kind} {first} and {second} are both {pattern}.\nWhich of them is meant cannot be told.\nKeep one of them, or write it once under the name {pattern}.',
    zh: '无法使用期望状态：{kind} {first} 与 {second} 同属 {pattern}。\n无法判断以哪一个为准。\n请只保留其中一个，或以 {pattern} 为名只写一次。',
  },
  'no-objects': {
    en: 'Could not use {files}: no object is in it.\nAn empty desired side is an export that failed, not a wish.',
    zh: '无法使用 {files}：其中没有任何对象。\n空的期望状态意味着导出失败，而不是意图。',
  },
  'not-a-snapshot': {
    en: '{file}: not a snapshot; `tricenter diff --save FILE` writes one',
    zh: '{file}：不是快照；可用 `tricenter diff --save FILE` 生成',
  },
} satisfies Words
