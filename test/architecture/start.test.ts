import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

/** Files that the built program loads for a command line, from the checkout's root. */
function loadedBy(...argv: readonly string[]): readonly string[] {
  const hook = `
    import { registerHooks } from 'node:module'
    import { writeSync } from 'node:fs'
    registerHooks({ load: (url, context, next) => (writeSync(2, url + '\\n'), next(url, context)) })`
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, 'bin/tricenter.js', ...argv],
    { encoding: 'utf8' },
  )
  expect(status).toBe(0)
  const root = pathToFileURL(`${resolve('.')}/`).href
  return stderr.split('\n').flatMap((line) => (line.startsWith(root) ? [line.slice(root.length)] : []))
}

test.each([['--help'], ['--version'], ['failover', '--help'], ['exit-codes']])('%s %s loads two files, and no library', (...argv) => {
  expect(loadedBy(...argv.filter((one) => one !== undefined))).toEqual(['bin/tricenter.js', 'dist/hot.cjs'])
})

test('what has to load more is seen to do so', () => {
  expect(loadedBy('runbook', 'list').length).toBeGreaterThan(2)
})

test('the hot path holds no reader of YAML, no schema, no client library, and stays below 150 KiB', () => {
  expect(statSync('dist/hot.cjs').size).toBeLessThanOrEqual(150 * 1024)
  const text = readFileSync('dist/hot.cjs', 'utf8')
  for (const trace of ['ZodError', 'YAMLParseError', 'KubeConfig', 'TRICENTER_FAULT']) expect(text).not.toContain(trace)
})
