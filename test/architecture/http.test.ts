import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The program that is given out speaks no HTTP/2 (`.ci/build.ts` leaves undici's out), and servers written in Go and Envoy take it where it is offered. */
test('no connection offers HTTP/2', () => {
  const offering = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join('src', file), 'utf8')
      if (!/^import \{[^}]*\} from 'undici'/m.test(text)) return []
      return [...text.matchAll(/(?:new (?:Pool|Client|Agent|ProxyAgent)|buildConnector)\(.{0,120}/gs)]
        .map(([made]) => made)
        .filter((made) => !/allowH2: false|\.\.\.shared/.test(made))
        .map((made) => `${file}: ${made.split('\n')[0]}`)
    })
  expect(offering).toEqual([])
  expect(readFileSync('src/adapters/kube/connection.ts', 'utf8')).toMatch(/const shared = \{ allowH2: false/)
})
