import { expect, test } from 'vitest'
import { groupLives, runProcess, type ProcessRequest } from '../../src/adapters/process.ts'

const shell = (script: string, more: Partial<ProcessRequest> = {}): Promise<Awaited<ReturnType<typeof runProcess>>> =>
  runProcess({ file: '/bin/sh', args: ['-c', script], env: { PATH: process.env['PATH'] ?? '' }, cwd: '/', timeout: 5_000, ...more })

test('answers the exit code, what was said, and nothing of our environment', async () => {
  process.env['TRICENTER_TEST_ONLY'] = 'x'
  const result = await shell('echo "$TRICENTER_TEST_ONLY."; echo bad >&2; exit 3')
  expect(result).toMatchObject({ kind: 'ended', code: 3, stdout: '.\n', stderr: 'bad\n' })
})

test('says what could not be started', async () => {
  expect(await shell('', { file: '/nowhere/helm' })).toEqual({ kind: 'missing', why: '/nowhere/helm was not found' })
})

test('kills the whole group at the deadline, grandchildren that hold the pipe included', async () => {
  let group = 0
  const result = await shell('sleep 60 & sleep 60', { timeout: 200, started: (pid) => (group = pid) })
  expect(result.kind).toBe('late')
  await expect.poll(() => groupLives(group)).toBe(false)
})

test('gives no part of an answer that is too long', async () => {
  expect((await shell('while :; do echo 0123456789; done', { limit: 1_000 })).kind).toBe('oversized')
})

test('takes secrets out of what it says', async () => {
  const result = await shell('echo "password=hunter22" >&2')
  expect(result).toMatchObject({ stderr: expect.not.stringContaining('hunter22') as string })
})
