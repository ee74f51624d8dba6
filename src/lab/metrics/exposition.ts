import { type Labels, NAME } from '../promql/labels.ts'
import { boundText, readNumber } from '../promql/numbers.ts'

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

export interface Exposition {
  readonly samples: readonly { readonly labels: Labels; readonly value: number; readonly time?: number }[]
  /** By family: `envoy_http_downstream_rq_time`, not its buckets. */
  readonly types: ReadonlyMap<string, { readonly type: MetricType; readonly help: string }>
}

const LINE = /^([A-Za-z_:][A-Za-z0-9_:]*)\s*(?:\{(.*)\})?\s*(\S+)(?:\s+(-?\d+))?\s*$/
const LABEL = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' }

/**
 * Reads the text format of Prometheus, whole or not at all: throws an error that names the line. Bounds of buckets become `1.0` for `1`, as Prometheus 3 keeps them,
 * in families that say that they are histograms.
 */
export function readExposition(text: string): Exposition {
  const types = new Map<string, { type: MetricType; help: string }>()
  const samples = text.split('\n').flatMap((line, i) => {
    if (line.startsWith('#')) {
      describe(line, types)
      return []
    }
    if (line.trim() === '') return []
    const [, name, labels = '', value = '', time] = LINE.exec(line) ?? []
    const number = readNumber(value)
    if (name === undefined || number === undefined) throw new Error(`line ${i + 1} is no sample: ${line.slice(0, 80)}`)
    const isHistogram = types.get(name.replace(/_bucket$/, ''))?.type === 'histogram'
    return [{ labels: readLabels(name, labels, isHistogram, i + 1), value: number, ...(time === undefined ? {} : { time: Number(time) }) }]
  })
  return { samples, types }
}

function describe(line: string, types: Map<string, { type: MetricType; help: string }>): void {
  const [, key, name = '', rest = ''] = /^#\s+(TYPE|HELP)\s+(\S+)\s*(.*)$/.exec(line) ?? []
  if (key === undefined) return
  const known = types.get(name) ?? { type: 'untyped', help: '' }
  types.set(name, key === 'TYPE' ? { ...known, type: rest.trim() as MetricType } : { ...known, help: rest })
}

function readLabels(name: string, text: string, isHistogram: boolean, line: number): Labels {
  const labels: [string, string][] = [[NAME, name]]
  LABEL.lastIndex = 0
  let at = 0
  while (at < text.trimEnd().length) {
    const [all, label, raw] = LABEL.exec(text) ?? []
    if (all === undefined || label === undefined || raw === undefined)
      throw new Error(`line ${line} has labels that cannot be read: ${text.slice(0, 80)}`)
    at = LABEL.lastIndex
    const value = raw.replace(/\\(.)/g, (whole, escape: string) => ESCAPES[escape] ?? whole)
    const bound = isHistogram && label === 'le' ? readNumber(value) : undefined
    if (value !== '') labels.push([label, bound === undefined ? value : boundText(bound)])
  }
  return Object.fromEntries(labels)
}

/** One family in the text format. */
export function writeFamily(
  name: string,
  type: MetricType,
  lines: readonly (readonly [suffix: string, labels: Labels, value: number])[],
): string {
  if (lines.length === 0) return ''
  const rows = lines.map(([suffix, labels, value]) => {
    const written = Object.entries(labels).map(
      ([label, text]) => `${label}="${text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`,
    )
    return `${name}${suffix}{${written.join(',')}} ${value}\n`
  })
  return `# TYPE ${name} ${type}\n${rows.join('')}`
}
