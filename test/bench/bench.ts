/**
 * Prints what the program costs, as medians of one run with the ratio against each gate. Absolute times belong to this machine; ratios of one run hold elsewhere.
 * Nothing fails because of a figure; tools that are not there are skipped, and that is said.
 */
import { availableParallelism, cpus, loadavg, release, totalmem, type as system } from 'node:os'
import { benchComparison } from './comparison.ts'
import { heading, line } from './figures.ts'
import { benchPackaging } from './packaging.ts'
import { benchProbes } from './probes.ts'
import { versionOf } from './processes.ts'
import { benchStartUp } from './start-up.ts'
import { benchManyRoutes, benchSwitchPath } from './switch-path.ts'
import { benchVerify } from './verify.ts'
import { benchWatch } from './watch.ts'

const asked = process.argv.slice(2)

heading('Machine')
line('processor', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} usable, ${Math.round(totalmem() / 2 ** 30)} GiB`)
line('system', `${system()} ${release()}`)
line('load before, 1 min', (loadavg()[0] ?? 0).toFixed(1))
line('node', process.version)
line('kubectl', versionOf('kubectl', ['version', '--client']) ?? 'not on PATH')
line('curl', versionOf('curl', ['--version'])?.split(' ').slice(0, 2).join(' ') ?? 'not on PATH')

/** By the names that `npm run bench -- start-up packaging` takes; without any, all. */
const sections: Readonly<Record<string, () => Promise<void>>> = {
  'start-up': benchStartUp,
  packaging: benchPackaging,
  'switch-path': async () => {
    await benchSwitchPath(0, 0.6)
    await benchSwitchPath(30, 0.45)
  },
  'many-routes': async () => await benchManyRoutes(200, 100),
  verify: async () => await benchVerify(200, 100),
  probes: benchProbes,
  comparison: benchComparison,
  watch: benchWatch,
}
const strange = asked.filter((name) => !Object.hasOwn(sections, name))
if (strange.length > 0) throw new Error(`${strange.join(', ')}: there are ${Object.keys(sections).join(', ')}`)
for (const [name, section] of Object.entries(sections)) if (asked.length === 0 || asked.includes(name)) await section()
