import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import type { Render } from '../../src/deploy/rendering.ts'
import { mergeValues, type Values } from '../../src/deploy/values.ts'

export const CHART = resolve('test/charts/gateway-stack')

/** Every Helm that this machine has, by its major: those of the lab's binaries, else the one on the PATH. None: tests that need one are not run. */
export const helms: readonly { readonly major: string; readonly program: string }[] = (() => {
  const folders = [process.env['TRICENTER_LAB_BINARIES'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)].filter(
    (folder) => folder !== '',
  )
  const found = new Map<string, string>()
  for (const program of ['helm3', 'helm4', 'helm']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((file) => existsSync(file))) {
    const major = /v(\d+)\./.exec(spawnSync(program, ['version', '--short'], { encoding: 'utf8' }).stdout)?.[1]
    if (major !== undefined && !found.has(major)) found.set(major, program)
  }
  return [...found].map(([major, program]) => ({ major, program }))
})()

/** A directory of this test's own, gone with it. */
function workshop(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-helm-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** `helm template` of a chart as a function of values; counts nothing, keeps nothing. */
export function helmRender(program: string, chart: string, release = 'higress-zone-a'): Render {
  const directory = workshop()
  const file = join(directory, 'values.yaml')
  return async (values) => {
    writeFileSync(file, stringify(values))
    return await new Promise((done) => {
      execFile(
        program,
        ['template', release, chart, '--namespace', 'higress-system', '--values', file],
        { maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          if (error) return done({ kind: 'failed', message: stderr.trim() })
          try {
            done({ kind: 'rendered', documents: parseAllDocuments(stdout).map((document): unknown => document.toJS()) })
          } catch (fault) {
            done({ kind: 'failed', message: String(fault) })
          }
        },
      )
    })
  }
}

export const readValues = (file: string): Values => (parse(readFileSync(file, 'utf8')) as Values | null) ?? {}

/** A directory's own values with those of its sub-charts under their names (or aliases): what the chart does with nothing given. */
export function chartDefaults(chart: string): Values {
  const { dependencies = [] } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as {
    dependencies?: { name: string; alias?: string }[]
  }
  const parts = readdirSync(join(chart, 'charts')).map((name): Values => {
    const as = dependencies.find((one) => one.name === name)?.alias ?? name
    return { [as]: readValues(join(chart, 'charts', name, 'values.yaml')) }
  })
  return mergeValues([...parts, readValues(join(chart, 'values.yaml'))])
}

/** Our chart with its parts under the names that the documented chart gives them. */
export function standIn(): string {
  const chart = join(workshop(), 'higress')
  cpSync(CHART, chart, { recursive: true })
  const file = join(chart, 'Chart.yaml')
  const text = readFileSync(file, 'utf8')
    .replace('- name: core', '- name: core\n    alias: higress-core')
    .replace('- name: console', '- name: console\n    alias: higress-console')
  writeFileSync(file, text.replace('console.enabled', 'higress-console.enabled'))
  const values = join(chart, 'values.yaml')
  writeFileSync(values, readFileSync(values, 'utf8').replace('\nconsole:', '\nhigress-console:'))
  const hook = join(chart, 'templates/hook.yaml')
  writeFileSync(hook, readFileSync(hook, 'utf8').replaceAll('.Values.core.', '(index .Values "higress-core").'))
  return chart
}
