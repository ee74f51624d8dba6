import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runProcess, type ProcessRequest } from '../../src/adapters/process.ts'

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
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-process-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const result = await shell('(sleep 0.6; touch survived) & sleep 60', { timeout: 200, cwd: directory })
  expect(result.kind).toBe('late')
  await new Promise((done) => setTimeout(done, 700))
  expect(existsSync(join(directory, 'survived'))).toBe(false)
})

test('gives no part of an answer that is too long', async () => {
  expect((await shell('while :; do echo 0123456789; done', { limit: 1_000 })).kind).toBe('oversized')
})

test('takes secrets out of what it says', async () => {
  const result = await shell('echo "password=hunter22" >&2')
  expect(result).toMatchObject({ stderr: expect.not.stringContaining('hunter22') as string })
})
