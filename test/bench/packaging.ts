import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { heading, line } from './figures.ts'
import { done } from './processes.ts'

const ROOT = new URL('../../', import.meta.url)
const MIB = 2 ** 20

interface Pack {
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

/** What somebody downloads and gets. None of it depends on the machine. */
export async function benchPackaging(): Promise<void> {
  heading('Package')
  line('dist/hot.cjs, KiB', '', { value: statSync(new URL('dist/hot.cjs', ROOT)).size / 1024, limit: 150, digits: 0 })
  const { out } = await done('npm', ['pack', fileURLToPath(ROOT), '--dry-run', '--json', '--ignore-scripts'])
  const [pack] = JSON.parse(out) as readonly Pack[]
  if (pack === undefined) return line('npm pack', 'skipped: it says nothing')
  line('npm pack, MiB', '', { value: pack.size / MIB, limit: 6, digits: 2 })
  line('installed, MiB', (pack.unpackedSize / MIB).toFixed(2))
  for (const folder of ['dist', 'docs', 'runbooks']) {
    const files = pack.files.filter(({ path }) => path.startsWith(`${folder}/`))
    const size = files.reduce((sum, one) => sum + one.size, 0)
    line(`  of it ${folder}, MiB`, `${(size / MIB).toFixed(2)} in ${files.length} files`)
  }
  line('files', String(pack.files.length))
  const { dependencies = {} } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { readonly dependencies?: object }
  line('dependencies', '', { value: Object.keys(dependencies).length, limit: 0, digits: 0 })
  const licences = readFileSync(new URL('dist/THIRD-PARTY-LICENSES.txt', ROOT), 'utf8')
  line('packages whose code is bundled', /(\d+) packages/.exec(licences)?.[1] ?? 'unknown')
}
