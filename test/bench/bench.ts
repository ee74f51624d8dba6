/**
 * Prints what the program costs, as medians of one run with the ratio against each gate. Absolute times belong to this machine; ratios of one run hold elsewhere.
 * Nothing fails because of a figure; tools that are not there are skipped, and that is said.
 */
import { availableParallelism, cpus, loadavg, release, totalmem, type as system } from 'node:os'
import { benchComparison } from './comparison.ts'
import { heading, line } from './figures.ts'
import { benchProbes } from './probes.ts'
import { done, versionOf } from './processes.ts'
import { benchStartUp } from './start-up.ts'
import { benchManyRoutes, benchSwitchPath } from './switch-path.ts'
import { benchVerify } from './verify.ts'

heading('Machine')
line('processor', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} usable, ${Math.round(totalmem() / 2 ** 30)} GiB`)
line('system', `${system()} ${release()}`)
line('load before, 1 min', (loadavg()[0] ?? 0).toFixed(1))
line('node', process.version)
line('kubectl', versionOf('kubectl', ['version', '--client']) ?? 'not on PATH')
line('curl', versionOf('curl', ['--version'])?.split(' ').slice(0, 2).join(' ') ?? 'not on PATH')

await benchStartUp()
await benchSwitchPath(0, 0.6)
await benchSwitchPath(30, 0.45)
await benchManyRoutes(200, 100)
await benchVerify(200, 100)
await benchProbes()
await benchComparison()

heading('Package')
const { out } = await done('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
const [pack] = JSON.parse(out) as readonly { readonly size: number; readonly unpackedSize: number; readonly entryCount: number }[]
if (pack !== undefined) {
  line('download, MiB', (pack.size / 2 ** 20).toFixed(2))
  line('installed, MiB', `${(pack.unpackedSize / 2 ** 20).toFixed(2)} in ${pack.entryCount} files`)
}
