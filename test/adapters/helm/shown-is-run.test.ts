import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chartDigest } from '../../../src/adapters/helm/digest.ts'
import type { ReleaseIntent } from '../../../src/domain/deploy.ts'
import { helmArgs, helmLine } from '../../../src/domain/helm-call.ts'
import { openedHelm, soon, TOPOLOGY } from './opened-helm.ts'

/** A Helm that says its version, and writes down what else it was given. */
function recordingHelm(major: 3 | 4): { readonly program: string; readonly calls: () => readonly (readonly string[])[] } {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-fake-helm-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const program = join(dir, 'helm')
  const trace = join(dir, 'trace')
  writeFileSync(trace, '')
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = version ] && { echo v${major}.22.0; exit 0; }\nfor word in "$@"; do printf '%s\\0' "$word" >> '${trace}'; done\nprintf '\\n' >> '${trace}'\n`,
  )
  chmodSync(program, 0o755)
  const calls = (): readonly (readonly string[])[] =>
    readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\0').slice(0, -1))
  return { program, calls }
}

const intent = (major: 3 | 4, more: Pick<ReleaseIntent, 'want'> & Partial<ReleaseIntent>): ReleaseIntent => ({
  kind: 'release',
  center: 'zone-a',
  release: TOPOLOGY.deploy?.releases['zone-a'] ?? { name: '', namespace: '', values: [] },
  run: 'r-1',
  description: "tricenter run r-1, nobody's",
  routes: [],
  overlay: [],
  helm: major,
  force: false,
  ...more,
})

async function chart(): Promise<{ readonly chart: string; readonly digest: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter chart '))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'Chart.yaml'), 'name: demo\nversion: 1.0.0\n')
  return { chart: dir, digest: await chartDigest(dir) }
}

/** What a shell makes of a line. */
async function words(line: string): Promise<readonly string[]> {
  const { execFileSync } = await import('node:child_process')
  const said = execFileSync('sh', ['-c', `set -- ${line}\nfor word in "$@"; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' })
  return said.split('\0').slice(0, -1)
}

test.each([3, 4] as const)('what is shown is what Helm %s is given, but for the kubeconfig', async (major) => {
  const { program, calls } = recordingHelm(major)
  const { helm } = openedHelm(program)
  const given = await chart()
  const overlay = [{ route: 'a/b', rules: [] }]
  const intents = [
    intent(major, { want: { kind: 'upgrade', install: true, ...given } }),
    intent(major, { want: { kind: 'upgrade', install: false, ...given }, overlay, force: true }),
    intent(major, { want: { kind: 'rollback', revision: 3 }, force: true }),
    intent(major, { want: { kind: 'uninstall' } }),
  ]
  for (const one of intents) expect(await helm.change(one, soon())).toMatchObject({ kind: 'applied' })
  expect(calls()).toHaveLength(intents.length)
  for (const [i, run] of calls().entries()) {
    const [, ...shown] = await words(helmLine(program, helmArgs(intents[i]!, TOPOLOGY)))
    const at = run.indexOf('--kubeconfig')
    expect(run.toSpliced(at, 2)).toEqual(shown)
    expect(run[at + 1]).toMatch(/work-.*zone-a\/kubeconfig$/)
  }
  expect(calls()[1]).toEqual(
    expect.arrayContaining(['--post-renderer', 'tricenter-overlay', '--timeout', '90s', '/values/all of them.yaml']),
  )
  expect(calls().map((run) => run.includes('--force-conflicts'))).toEqual([false, major === 4, major === 4, false])
})

test('nothing is run where the chart has changed since, or where another Helm would run it', async () => {
  const { program, calls } = recordingHelm(3)
  const { helm } = openedHelm(program)
  const given = await chart()
  expect(await helm.change(intent(4, { want: { kind: 'rollback', revision: 1 } }), soon())).toMatchObject({
    kind: 'rejected',
    message: 'planned for Helm 4, and this is Helm 3.22.0',
  })
  writeFileSync(join(given.chart, 'values.yaml'), 'a: 1\n')
  expect(await helm.change(intent(3, { want: { kind: 'upgrade', install: false, ...given } }), soon())).toMatchObject({
    kind: 'rejected',
    message: expect.stringContaining('not the one that was looked at') as string,
  })
  expect(calls()).toEqual([])
})
