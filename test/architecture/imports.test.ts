import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
  }
}

/** What dependency-cruiser finds in a folder by our rules. */
async function cruise(cwd: string, ...folders: readonly string[]): Promise<Cruise> {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const given = [program, '--config', resolve('.dependency-cruiser.cjs'), '--output-type', 'json', ...folders]
  const output = await new Promise<string>((done, failed) => {
    execFile(process.execPath, given, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
      stdout === '' ? failed(error ?? new Error('no answer')) : done(stdout),
    )
  })
  return JSON.parse(output) as Cruise
}

test('every module is seen, and uses only what it may', async () => {
  const { summary } = await cruise('.', 'src', 'test', 'bin', '.ci')
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
  expect(summary.totalCruised).toBeGreaterThan(300)
})

const breaches: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['src/domain/clock.ts', "import 'node:timers'", 'no-built-ins-inside'],
  ['src/domain/reach.ts', "import '../engine/run.ts'", 'domain-uses'],
  ['src/documents/read.ts', "import 'node:fs'", 'documents-touch-no-disk'],
  ['src/gateways/call.ts', "import { call } from '../ports/cluster.ts'\ncall()", 'ports-are-types'],
  ['src/actions/write.ts', "import '../ports/cluster.ts'", 'actions-uses'],
  ['src/engine/adapter.ts', "import '../adapters/kube/client.ts'", 'engine-uses'],
  ['src/adapters/back.ts', "import '../engine/run.ts'", 'adapters-uses'],
  ['src/adapters/kubernetes.ts', "import '@kubernetes/client-node'", 'kubernetes-client-node-stays-home'],
  ['src/engine/http.ts', "import 'undici'", 'undici-stays-home'],
  ['src/ui/screen.ts', "import 'yaml'", 'yaml-stays-home'],
  ['src/domain/shape.ts', "import 'zod'", 'zod-stays-home'],
  ['src/report/color.ts', "import 'chalk'", 'chalk-stays-home'],
  ['src/cli/commands/go.ts', "import 'commander'", 'commander-stays-home'],
  ['src/cli/commands/heavy.ts', "import '../session.ts'", 'hot-path-is-light'],
  ['src/cli/commands/direct.ts', "import '../../engine/run.ts'", 'commands-are-sentences'],
  ['src/cli/verbs/peek.ts', "import '../../lab/world.ts'", 'lab-door'],
  ['src/lab/lens.ts', "import '../gateways/index.ts'", 'lab-uses'],
  ['src/report/print.ts', "import '../cli/session.ts'", 'nobody-uses-the-command-line'],
  ['src/engine/twin.ts', "import '../../test/worlds/twin.ts'", 'program-without-tests'],
  ['src/adapters/other.ts', "import 'typescript'", 'no-other-libraries'],
  ['src/engine/shell.ts', "import 'execa'", 'execa-stays-home'],
  ['src/attic/box.ts', "import '../engine/run.ts'", 'rooms-are-known'],
  ['src/load/lost.ts', "import './nowhere.ts'", 'resolvable'],
  ['src/load/a.ts', "import './b.ts'", 'no-cycles'],
]

test('a breach of each rule is found', async () => {
  const house = mkdtempSync(join(tmpdir(), 'tricenter-house-'))
  onTestFinished(() => rmSync(house, { recursive: true, force: true }))
  const files: Readonly<Record<string, string>> = {
    'src/engine/run.ts': 'export {}',
    'src/ports/cluster.ts': 'export const call = () => undefined',
    'src/adapters/kube/client.ts': 'export {}',
    'src/cli/session.ts': 'export {}',
    'src/lab/world.ts': 'export {}',
    'src/gateways/index.ts': 'export {}',
    'src/load/b.ts': "import './a.ts'",
    'test/worlds/twin.ts': 'export {}',
    'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext", "allowImportingTsExtensions": true, "noEmit": true } }',
    ...Object.fromEntries(breaches.map(([file, text]) => [file, text])),
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(house, name)), { recursive: true })
    writeFileSync(join(house, name), `${content}\n`)
  }
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'))
  const { summary } = await cruise(house, 'src')
  const found = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`)
  expect(found).toEqual(expect.arrayContaining(breaches.map(([file, , rule]) => `${file} ${rule}`)))
})
