import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fault } from '../../domain/fault.ts'
import type { Runbook } from '../../domain/runbook.ts'
import type { Topology } from '../../domain/topology.ts'
import { lintRunbooks } from '../../documents/lint-runbooks.ts'
import { mistakeLine } from '../../documents/mistake.ts'
import { table } from '../../ui/table.ts'
import type { Context } from '../context.ts'
import { runbookFile, runbookNames } from '../runbook-files.ts'
import { knownNames, loadRunbook, shippedRunbooks } from '../shipped-runbooks.ts'
import { printDocument, printLines } from './console.ts'
import { sharesOf, text, unknown, overridesOf, sinceOf } from './request.ts'
import { carryOut, snapshotFor } from './run.ts'

type Options = Readonly<Record<string, unknown>>

/** Name, mode, where it comes from and what it does; `only` restricts it to one mode. */
export async function listRunbooks(context: Context, only?: Runbook['mode']): Promise<number> {
  const runbooks = [...shippedRunbooks().values()].filter(({ mode }) => only === undefined || mode === only)
  const form = context.flags.output
  if (form === 'json' || form === 'yaml')
    await printDocument(
      context,
      {
        apiVersion: 'tricenter.io/v1',
        kind: 'RunbookList',
        items: runbooks.map(({ name, mode, summary, source }) => ({ name, mode, summary, source })),
      },
      form,
    )
  else if (form === 'name') context.stdout.write(runbooks.map(({ name }) => `${name}\n`).join(''))
  else {
    const columns = [{ title: 'RUNBOOK' }, { title: 'MODE' }, { title: '' }]
    printLines(
      context,
      table(
        columns,
        runbooks.map(({ name, mode, summary }) => [['name', name] as const, mode, summary[context.language]]),
      ),
    )
  }
  return 0
}

export function showRunbook(context: Context, name: string): number {
  if (!runbookNames().includes(name)) throw unknown('unknown-runbook', name, runbookNames())
  context.stdout.write(readFileSync(runbookFile(name)))
  return 0
}

/** Checks files, or all shipped runbooks; every mistake on a line of its own. Exit 2 when there is one. */
export function lint(context: Context, files: readonly string[]): number {
  const paths = files.length === 0 ? runbookNames().map(runbookFile) : files.map((file) => resolve(context.cwd, file))
  const given = paths.map((file, i) => ({ file: files[i] ?? basename(file), text: readFile(file, files[i] ?? file) }))
  const { actions, checks } = knownNames()
  const shipped = files.length === 0 ? [] : runbookNames().filter((name) => !files.some((file) => basename(file) === `${name}.yaml`))
  const all = [...given, ...shipped.map((name) => ({ file: `${name}.yaml`, text: readFileSync(runbookFile(name)) }))]
  const { mistakes } = lintRunbooks(all, { actions, checks })
  for (const mistake of mistakes) context.stderr.write(`${mistakeLine(mistake)}\n`)
  if (mistakes.length > 0) return 2
  context.stdout.write(given.map(({ file }) => `${file}: ok\n`).join(''))
  return 0
}

/** Runs a shipped runbook by name, or one from a file; `-p name=value` fills its parameters. */
export async function runRunbook(context: Context, topology: Topology, given: string, options: Options): Promise<number> {
  const runbooks = shippedRunbooks()
  const runbook = runbooks.get(given) ?? (/\.ya?ml$/.test(given) ? readable(context, given) : undefined)
  if (runbook === undefined) throw unknown('unknown-runbook', given, [...runbooks.keys()])
  const since = sinceOf(options, Date.now())
  return await carryOut(
    context,
    {
      verb: runbook.mode === 'drill' ? 'drill' : 'runbook',
      runbook,
      includes: runbooks,
      params: paramsOf(runbook, topology, (options['param'] ?? []) as readonly string[]),
      topology,
      overrides: overridesOf(options),
      dryRun: options['dryRun'] === true,
      takeOver: options['takeOver'] === true,
      confirmed: false,
      ...(since === undefined ? {} : { since }),
      ...(await snapshotFor(context, topology)),
    },
    options,
  )
}

function readable(context: Context, file: string): Runbook {
  const path = resolve(context.cwd, file)
  readFile(path, file)
  return loadRunbook(path)
}

function readFile(path: string, shown: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw fault('input', 'file-unreadable', { file: shown, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

/** Texts become what each parameter's type says; the names of centers and regions are looked up. */
function paramsOf(runbook: Runbook, topology: Topology, given: readonly string[]): Readonly<Record<string, unknown>> {
  const params: Record<string, unknown> = {}
  for (const pair of given) {
    const at = pair.indexOf('=')
    if (at < 1) throw fault('usage', 'bad-param', { given: pair })
    const name = pair.slice(0, at)
    const value = pair.slice(at + 1)
    const type = runbook.params[name]?.type
    if (type === 'centers') params[name] = expand(topology, value)
    else if (type === 'shares') params[name] = sharesOf(topology, value)
    else if (type === 'number') params[name] = Number(value)
    else if (type === 'boolean') params[name] = value === 'true' ? true : value === 'false' ? false : value
    else params[name] = text(value) ?? value
  }
  return params
}

function expand(topology: Topology, value: string): readonly string[] {
  const names = topology.centers.map(({ name }) => name)
  const wanted = value.split(',').flatMap((word) => {
    if (topology.regions.includes(word)) return topology.centers.filter(({ region }) => region === word).map(({ name }) => name)
    if (!names.includes(word)) throw unknown('unknown-center', word, names)
    return [word]
  })
  return names.filter((name) => wanted.includes(name))
}
