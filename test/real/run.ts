/**
 * The end-to-end scenarios on real control planes beside the embedded ones, and what differs: npm run test:real [-- --engines binaries] [-- --only failover,differential]
 * Ends with a table scenario × engine; non-zero where one failed, or where no binaries are to be had.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'
import { type Fate, Fates, table } from './summary.ts'

const { engines: wanted, only } = parseArgs({
  options: { engines: { type: 'string', default: 'embedded,binaries' }, only: { type: 'string', default: '' } },
}).values

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
const nothing = ![...found.values()].flat().some(({ state }) => state === 'passed')
process.exit(failed.length > 0 || binaries === undefined || nothing ? 1 : 0)

/** Builds those that are missing; undefined where that is not possible. */
function builtBinaries(): string | undefined {
  const program = join(import.meta.dirname, '../../.ci/lab-binaries.ts')
  const parts = 'etcd,kube-apiserver,kube-controller-manager,kubectl'
  const { status, stdout } = spawnSync(process.execPath, [program, '--only', parts], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return status === 0 ? stdout.trim().split('\n').at(-1) : undefined
}

async function fatesOn(engine: string, filters: readonly string[]): Promise<readonly Fate[]> {
  const fates = new Fates()
  const env = {
    TRICENTER_LAB_ENGINE: engine,
    ...(engine === 'binaries' && binaries !== undefined ? { TRICENTER_LAB_BINARIES: binaries } : {}),
  }
  const config = fileURLToPath(import.meta.resolve('./vitest.config.ts'))
  const vitest = await startVitest([...filters], { config, watch: false, env, reporters: [fates] })
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
