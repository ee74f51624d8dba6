import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('two builds of one source are the same to the letter', () => {
  const hashes = ['a', 'b'].map((one) => {
    const folder = join('node_modules', `.built-${process.pid}-${one}`)
    const { status, stderr } = spawnSync(process.execPath, ['.ci/build.ts', folder], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const hash = createHash('sha256')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    for (const file of files) if (statSync(join(folder, file)).isFile()) hash.update(`${file}\0`).update(readFileSync(join(folder, file)))
    rmSync(folder, { recursive: true })
    expect(files.length).toBeGreaterThan(10)
    return hash.digest('hex')
  })
  expect(hashes[0]).toBe(hashes[1])
}, 60_000)
