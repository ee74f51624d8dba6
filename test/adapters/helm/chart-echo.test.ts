import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { allParts, ECHO, echoed, makeEcho } from '../../../src/adapters/helm/chart-echo.ts'
import { realHelms } from './helms.ts'

const CHART = resolve('test/charts/gateway-stack')

test.each(['', 'Error: no', '---\n# Source: echo\n{"kind":', '{"a":1}'])('takes no values from %j', (said) => {
  expect(echoed(said)).toBeUndefined()
})

test.for(realHelms().length === 0 ? ['no binaries'] : [])('real Helm computes the values (not run: %s)', (_, { skip }) => skip())

describe.each(realHelms())('with Helm $major', ({ program }) => {
  test.each(['directory', 'package'])('a chart’s own values come with those of its parts: a %s', async (form) => {
    const directory = mkdtempSync(join(tmpdir(), 'tricenter-echo-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    if (form === 'package') execFileSync(program, ['package', CHART, '--destination', directory])
    const chart = form === 'package' ? join(directory, 'gateway-stack-1.4.0.tgz') : CHART
    const home = await makeEcho(directory, chart, 'gateway-stack')
    expect(echoed(execFileSync(program, ['template', 'echo', home, '--show-only', ECHO], { encoding: 'utf8' }))).toMatchObject({
      global: { enableGatewayAPI: false },
      routes: { timeout: '60s' },
      core: { gateway: { replicas: 2, autoscaling: { enabled: false } }, pilot: { replicaCount: 1 } },
      console: { enabled: false },
    })
    const parts = allParts(execFileSync(program, ['show', 'chart', chart], { encoding: 'utf8' }))
    const whole = execFileSync(program, ['template', 'echo', home, '--show-only', ECHO, ...parts], { encoding: 'utf8' })
    expect(echoed(whole)).toMatchObject({ console: { enabled: true, replicaCount: 1 } })
  })
})
