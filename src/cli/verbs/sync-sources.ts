import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DesiredRow } from '../../compare/version-table.ts'
import type { AnyObject, ComparedKind } from '../../domain/compare.ts'
import { fault } from '../../domain/fault.ts'
import { knownKind } from '../../domain/known-kinds.ts'
import type { Topology } from '../../domain/topology.ts'
import type { Words } from '../../domain/words.ts'
import { comparedKinds } from '../../engine/diff.ts'
import type { DesiredSource } from '../../engine/run.ts'
import { record, text } from '../../gateways/strange.ts'
import type { Context } from '../context.ts'
import { findTopology } from '../topology-file.ts'
import { readManifests, refuseSharedNames } from './diff-sources.ts'

/** The desired side: manifests of `--filename`, else of the topology's `compare.desired`, and the rows of an export. */
export async function desiredSource(
  context: Context,
  topology: Topology,
  files: readonly string[],
  rows: string | undefined,
): Promise<DesiredSource> {
  const declared = topology.compare?.desired
  const paths =
    files.length > 0
      ? files.map((path) => (path === '-' ? path : resolve(context.cwd, path)))
      : declared === undefined
        ? []
        : [resolve(dirname(resolve(context.cwd, findTopology(context).file)), declared)]
  if (paths.length === 0 && rows === undefined) throw fault('usage', 'no-desired')
  const objects = await readManifests(paths, context.stdin)
  refuseSharedNames(objects, comparedKinds(topology), topology)
  return { objects, rows: rows === undefined ? [] : readRows(resolve(context.cwd, rows), rows), kinds: kindsBeside(topology, objects) }
}

/** Well-known kinds that the topology does not name, in the namespaces in which the desired side has objects of them. */
function kindsBeside(topology: Topology, objects: readonly AnyObject[]): readonly ComparedKind[] {
  const named = comparedKinds(topology)
  const beside = Map.groupBy(
    objects,
    (object) => `${String(object['apiVersion']).split('/').slice(0, -1).join('/')} ${String(object['kind'])}`,
  )
  return [...beside].flatMap(([key, own]): readonly ComparedKind[] => {
    const [group = '', kind = ''] = key.split(' ')
    if (named.some((one) => one.kind === kind && one.group === group)) return []
    const served = knownKind(kind, group)
    if (served === undefined) throw fault('input', 'kind-not-compared', { kind, group })
    const namespaces = [...new Set(own.map((object) => text(record(object['metadata'])['namespace']) ?? 'default'))]
    return [{ ...served, ...(served.namespaced ? { namespaces } : {}), rename: [], ignore: [], check: { by: 'content' } }]
  })
}

/** A database's export: JSON (a list of rows, or `{rows: [...]}`) or CSV with a head line; `kind,namespace,name,version,enabled`, and `object` where the export carries it. */
export function readRows(file: string, shown: string): readonly DesiredRow[] {
  let body: string
  try {
    body = readFileSync(file, 'utf8')
  } catch (error) {
    throw fault('input', 'file-unreadable', { file: shown, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
  const raw = /^\s*[[{]/.test(body) ? jsonRows(body, shown) : csvRows(body, shown)
  return raw.map((row, i) => toRow(row, i + 1, shown))
}

function jsonRows(body: string, file: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value = JSON.parse(body) as unknown
    const rows: unknown = Array.isArray(value) ? value : record(value)['rows']
    if (Array.isArray(rows)) return rows.map(record)
  } catch {
    // Said below: half a document is no export.
  }
  throw fault('input', 'no-rows', { file })
}

function csvRows(body: string, file: string): readonly Readonly<Record<string, unknown>>[] {
  const [head, ...lines] = cells(body, file)
  const names = head?.map((name) => name.trim()) ?? []
  if (!names.includes('kind') || !names.includes('name') || !names.includes('version')) throw fault('input', 'no-rows', { file })
  return lines.map((line, i) => {
    // A line that is too short is where an export broke off.
    if (line.length !== names.length)
      throw fault('input', 'bad-row', { file, row: i + 1, why: `${line.length} of ${names.length} columns` })
    return Object.fromEntries(names.map((name, at) => [name, line[at] ?? '']))
  })
}

/** RFC 4180: cells in quotes may hold commas, line ends and doubled quotes. */
function cells(body: string, file: string): readonly (readonly string[])[] {
  const lines: string[][] = []
  let line: string[] = []
  let at = 0
  const clean = body.replace(/^\uFEFF/, '')
  while (at < clean.length) {
    const quoted = /"((?:[^"]|"")*)"(?=,|\r?\n|$)/y
    const plain = /[^",\r\n]*(?=,|\r?\n|$)/y
    const pattern = clean[at] === '"' ? quoted : plain
    pattern.lastIndex = at
    const found = pattern.exec(clean)
    if (found === null) throw fault('input', 'bad-row', { file, row: lines.length, why: 'an open quote' })
    line.push((found[1] ?? found[0]).replaceAll('""', '"'))
    at = pattern.lastIndex
    if (clean[at] === ',') {
      at += 1
      if (at === clean.length) line.push('')
      continue
    }
    if (line.length > 1 || line[0] !== '') lines.push(line)
    line = []
    at += clean[at] === '\r' ? 2 : 1
  }
  // The file ended right after a comma.
  if (line.length > 0) lines.push(line)
  return lines
}

function toRow(row: Readonly<Record<string, unknown>>, number: number, file: string): DesiredRow {
  const { kind, namespace, name, version, enabled = true, object } = row
  const bad = (why: string): Error => fault('input', 'bad-row', { file, row: number, why })
  if (typeof kind !== 'string' || kind === '') throw bad('kind is missing')
  if (typeof name !== 'string' || name === '') throw bad('name is missing')
  if (!/^\d+$/.test(String(version))) throw bad(`version ${String(version)} is no whole number`)
  const on = /^(?:true|1|yes)$/i.test(String(enabled))
  if (!on && !/^(?:false|0|no)$/i.test(String(enabled))) throw bad(`enabled ${String(enabled)} is neither true nor false`)
  const whole =
    typeof object === 'string' && object.trim() !== ''
      ? parsed(object, bad)
      : typeof object === 'object' && object !== null
        ? object
        : undefined
  return {
    kind,
    name,
    version: String(version),
    enabled: on,
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    ...(whole === undefined ? {} : { object: whole as AnyObject }),
  }
}

function parsed(body: string, bad: (why: string) => Error): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw bad('object is not JSON')
  }
}

export const syncSourcesWords = {
  'no-desired': {
    en: '--from desired: nothing says what is desired; name files with --filename, or compare.desired in the topology',
    zh: '--from desired：未声明期望状态；请用 --filename 指定文件，或在拓扑中设置 compare.desired',
  },
  'no-rows': {
    en: '{file}: not an export; expected JSON rows, or CSV with kind, namespace, name, version, enabled in its first line',
    zh: '{file}：不是导出文件；应为 JSON 记录，或首行含 kind、namespace、name、version、enabled 的 CSV',
  },
  'bad-row': { en: '{file}: row {row}: {why}', zh: '{file}：第 {row} 行：{why}' },
  'plan-not-for-objects': {
    en: '--plan and --plan-out are for weights: what a sync of objects would write may hold secrets and is kept in no file but its run’s own',
    zh: '--plan 和 --plan-out 仅用于权重：对象同步的内容可能含有密钥，只保存在其运行目录中',
  },
  'no-source': { en: '--from: no {name}{meant}; say a center or desired', zh: '--from：没有 {name}{meant}；请给出某个中心或 desired' },
  'no-target': { en: '--center: nothing is left to be brought in line with {from}', zh: '--center：没有需要与 {from} 对齐的中心' },
} satisfies Words
