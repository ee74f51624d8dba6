import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTinyWorld, type TinyWorld } from '../bench/tiny-world.ts'

let world: TinyWorld
beforeAll(async () => {
  world = await openTinyWorld({ routes: 1, rtt: 0 })
})
afterAll(() => world.close())

/** A switch, and what of Node itself was loaded until its end. */
async function switched(): Promise<readonly string[]> {
  const hook = `
    import { writeSync } from 'node:fs'
    process.on('exit', () => writeSync(2, '\\n@@' + JSON.stringify(process.moduleLoadList)))`
  const child = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      'bin/tricenter.js',
      'failover',
      '--center',
      'zone-a',
      '--confirm=zone-a',
    ],
    { env: { ...process.env, ...world.env }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (data) => (said += String(data)))
  const [code] = await once(child, 'close')
  expect(code, said).toBe(0)
  return JSON.parse(said.slice(said.lastIndexOf('@@') + 2)) as readonly string[]
}

test('a switch opens one connection to each cluster, lists once and writes once, and never loads HTTP of Node itself', async () => {
  const loaded = await switched()
  expect(loaded).toContain('NativeModule tls')
  expect(loaded.filter((name) => /^NativeModule (_?http|https|internal\/deps\/undici)/.test(name))).toEqual([])
  for (const { center, connections, requests } of world.seen()) {
    const routes = (method: string) => requests.filter((one) => one.startsWith(`${method} `) && one.includes('/httproutes')).length
    expect({ center, connections, lists: routes('GET'), patches: routes('PATCH') }).toEqual({
      center,
      connections: 1,
      lists: 1,
      patches: 1,
    })
  }
})
