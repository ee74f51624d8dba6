/**
 * The end-to-end scenarios on real control planes beside the embedded ones, and what differs: npm run test:real [-- --engines binaries] [-- --only failover,differential] [-- --minutes 30]
 * Ends with a table scenario × engine and the counts of all of it; non-zero where one failed, or where no binaries are to be had. What `--minutes` leaves no time for is not run.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createVitest } from 'vitest/node'
import { type Fate, Fates, table } from './summary.ts'

const {
  engines: wanted,
  only,
  minutes,
} = parseArgs({
  options: {
    engines: { type: 'string', default: 'embedded,binaries' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '120' },
  },
}).values
const end = performance.now() + Number(minutes) * 60_000

const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? builtBinaries()
const found = new Map<string, readonly Fate[]>()
for (const engine of wanted.split(',')) {
  if (engine === 'binaries' && binaries === undefined) continue
  process.stderr.write(`${engine}\n`)
  // The comparison has both kinds in it: once is enough.
  const filters = only === '' ? [engine === 'binaries' ? 'test/' : 'test/scenarios/'] : only.split(',')
  found.set(engine, await fatesOn(engine, filters))
}

if (found.size > 0) process.stdout.write(`${table(found)}\n`)
const failed = [...found].flatMap(([engine, fates]) => fates.filter(({ state }) => state === 'failed').map((one) => ({ engine, ...one })))
for (const { engine, name, why } of failed) process.stdout.write(`\nFailed on ${engine}: ${name}\n${why}\n`)
if (binaries === undefined) process.stdout.write('not run: no binaries\n')
const count = (state: Fate['state']): number => [...found.values()].flat().filter((one) => one.state === state).length
process.stdout.write(`\n${count('passed')} passed, ${count('failed')} failed, ${count('not run')} skipped\n`)
const nothing = count('passed') === 0
process.exit(failed.length > 0 || binaries === undefined || nothing ? 1 : 0)

/** Builds those that are missing; undefined where that is not possible. */
function builtBinaries(): string | undefined {
  const program = join(import.meta.dirname, '../../.ci/lab-binaries.ts')
  const parts = 'etcd,kube-apiserver,kube-controller-manager,kubectl,kubectl-older,helm3,helm4'
  const { status, stdout } = spawnSync(process.execPath, [program, '--only', parts], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return status === 0 ? stdout.trim().split('\n').at(-1) : undefined
}

async function fatesOn(engine: string, filters: readonly string[]): Promise<readonly Fate[]> {
  const fates = new Fates(engine)
  const env = {
    TRICENTER_LAB_ENGINE: engine,
    // What asks for binaries of its own accord belongs to the other column.
    TRICENTER_LAB_BINARIES: engine === 'binaries' ? (binaries ?? '') : '',
  }
  const config = fileURLToPath(import.meta.resolve('./vitest.config.ts'))
  const vitest = await createVitest({ config, watch: false, env, reporters: [fates] })
  const late = setTimeout(
    () => {
      fates.late = true
      void vitest.cancelCurrentRun('keyboard-input')
    },
    Math.max(0, end - performance.now()),
  )
  await vitest.start([...filters])
  clearTimeout(late)
  for (const error of vitest.state.getUnhandledErrors())
    fates.all.push({
      file: 'outside of tests',
      name: 'error',
      state: 'failed',
      why: error instanceof Error ? (error.stack ?? '') : JSON.stringify(error),
    })
  await vitest.close()
  return fates.all
}
