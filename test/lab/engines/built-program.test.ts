import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { run, type Outcome } from '../../scenarios/program.ts'

const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? ''
const dir = mkdtempSync(join(tmpdir(), 'tricenter-built-'))
const lab = join(dir, 'lab')
const tricenter = async (...args: readonly string[]): Promise<Outcome> =>
  await run(args, {
    cwd: dir,
    env: { HOME: dir, KUBECONFIG: join(lab, 'kubeconfig'), TRICENTER_TOPOLOGY: join(lab, 'tricenter.yaml') },
  })
afterAll(async () => {
  if (binaries !== '') await tricenter('lab', 'down', '--dir', lab)
  rmSync(dir, { recursive: true })
})

test.skipIf(binaries === '')(
  `the program as it is given out brings up a lab of real control planes${binaries === '' ? ' (not run: no binaries)' : ''}`,
  async () => {
    const up = await tricenter('lab', 'up', '--engine', 'binaries', '--binaries', binaries, '--dir', lab, '--detach', '--load', '0')
    expect(up.stderr + up.stdout).toMatch(/Lab started in .* \(lab, binaries API/)
    const status = await tricenter('status')
    expect(status.code, status.stderr).toBe(0)
    expect(status.stdout).toMatch(/^zone-c +shanghai +standby +ok /m)
    const down = await tricenter('lab', 'down', '--dir', lab)
    expect(down.code, down.stderr).toBe(0)
  },
  240_000,
)
