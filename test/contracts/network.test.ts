import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer as tcpServer, type AddressInfo, type Server } from 'node:net'
import { createServer as tlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemNetwork } from '../../src/adapters/network.ts'
import { systemClock as clock } from '../../src/adapters/system-clock.ts'
import { createAuthority, type KeyPair } from '../../src/lab/pki.ts'
import { nameServer } from './name-server.ts'

const DAY = 86_400_000
const NOW = Date.now()
const HERE = '127.0.0.1'
const closers: (() => unknown)[] = []
afterAll(() => Promise.all(closers.map((close) => close())))

const within = (ms: number) => ({ at: clock.monotonic() + ms })

async function listening(server: Server): Promise<number> {
  server.listen(0, HERE)
  await once(server, 'listening')
  closers.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = tcpServer().listen(0, HERE)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('resolve', () => {
  let names: Awaited<ReturnType<typeof nameServer>>
  const ask = async (name: string, ms = 2_000) => await systemNetwork({ clock, servers: [names.address] }).resolve(name, within(ms))
  beforeAll(async () => {
    names = await nameServer({
      'ai.example.com': { addresses: ['10.0.2.10', '10.0.1.10'], ttl: 60 },
      'both.example.com': { addresses: ['10.0.1.10', '2001:db8::1'], ttl: 30 },
      'six.example.com': { addresses: ['2001:db8::1'], ttl: 30 },
      'empty.example.com': { addresses: [], ttl: 0 },
      'broken.example.com': { rcode: 'servfail' },
      'closed.example.com': { rcode: 'refused' },
      'silent.example.com': 'silence',
      'half.example.com': { addresses: ['10.0.1.10'], ttl: 60 },
      'AAAA half.example.com': { rcode: 'servfail' },
    })
    closers.push(() => names.close())
  })

  test.each([
    { name: 'ai.example.com', addresses: ['10.0.1.10', '10.0.2.10'], ttl: 60_000 },
    { name: 'both.example.com', addresses: ['10.0.1.10', '2001:db8::1'], ttl: 30_000 },
    { name: 'six.example.com', addresses: ['2001:db8::1'], ttl: 30_000 },
  ])('$name: $addresses, the TTL in ms', async ({ name, addresses, ttl }) => {
    expect(await ask(name)).toMatchObject({ state: 'present', value: { addresses, ttl } })
    expect(names.asked).toEqual(expect.arrayContaining([`A ${name}`, `AAAA ${name}`]))
  })

  test.each([
    { name: 'nobody.example.com', state: 'absent' },
    { name: 'empty.example.com', state: 'absent' },
    { name: 'broken.example.com', state: 'unknown', why: 'the name server failed (SERVFAIL)' },
    { name: 'closed.example.com', state: 'unknown', why: 'the name server refused to answer (REFUSED)' },
    { name: 'half.example.com', state: 'unknown', why: 'the name server failed (SERVFAIL)' },
  ])('$name: $state', async ({ name, ...seen }) => {
    expect(await ask(name)).toMatchObject(seen)
  })

  test('a name server that says nothing is unreachable when the deadline is over', async () => {
    const began = clock.monotonic()
    expect(await ask('silent.example.com', 300)).toMatchObject({ state: 'unreachable' })
    expect(clock.monotonic() - began).toBeLessThan(2_000)
  })

  test('no name server there at all is unreachable, and no answer about the name', async () => {
    const network = systemNetwork({ clock, servers: [`${HERE}:${await closedPort()}`] })
    expect(await network.resolve('ai.example.com', within(2_000))).toMatchObject({ state: 'unreachable' })
  })
})

describe('connect', () => {
  const network = systemNetwork({ clock })

  test('a port that is open, and one that refuses', async () => {
    expect(await network.connect(HERE, await listening(tcpServer()), within(2_000))).toMatchObject({ state: 'present', value: true })
    expect(await network.connect(HERE, await closedPort(), within(2_000))).toMatchObject({ state: 'absent' })
  })

  test('a port that says nothing is unreachable when the deadline is over', async () => {
    const { port, end } = await silentPort()
    const began = clock.monotonic()
    expect(await network.connect(HERE, port, within(300))).toMatchObject({ state: 'unreachable', why: 'no answer in 0.3 s' })
    expect(clock.monotonic() - began).toBeLessThan(2_000)
    end()
  })

  test('a deadline that is over is not waited for', async () => {
    const port = await listening(tcpServer())
    expect(await network.connect(HERE, port, { at: clock.monotonic() - 1 })).toMatchObject({ state: 'unreachable' })
  })
})

describe('certificate', () => {
  const authority = createAuthority('Test CA', NOW)
  const network = systemNetwork({ clock, authorities: [authority.cert] })
  const serving = async (pair: KeyPair) => await listening(tlsServer(pair, (socket) => socket.on('error', () => undefined)))
  const good = authority.issueServer(['ai.example.com', '*.ai.example.com', HERE])

  test('names, validity, and that it is trusted for the name asked', async () => {
    const port = await serving(good)
    for (const name of ['ai.example.com', 'a.ai.example.com', HERE]) {
      const seen = await network.certificate(HERE, port, name, within(2_000))
      expect(seen).toMatchObject({
        state: 'present',
        value: { subject: 'ai.example.com', names: ['ai.example.com', '*.ai.example.com', HERE], trusted: true },
      })
      if (seen.state !== 'present') throw new Error(seen.state)
      expect(seen.value).not.toHaveProperty('why')
      expect(seen.value.validTo - seen.value.validFrom).toBeGreaterThan(364 * DAY)
    }
  })

  const past = createAuthority('Test CA', NOW - 800 * DAY)
  const future = createAuthority('Test CA', NOW + 2 * DAY)
  test.each([
    { of: 'another name', pair: good, name: 'b.example.com', trusts: authority, why: 'certificate is for another name' },
    {
      of: 'an authority that is not known',
      pair: good,
      name: 'ai.example.com',
      trusts: createAuthority('Other CA', NOW),
      why: 'certificate not trusted',
    },
    { of: 'time over', pair: past.issueServer(['ai.example.com']), name: 'ai.example.com', trusts: past, why: 'certificate expired' },
    {
      of: 'time to come',
      pair: future.issueServer(['ai.example.com']),
      name: 'ai.example.com',
      trusts: future,
      why: 'certificate not yet valid',
    },
  ])('one of $of is shown, and is not trusted: $why', async ({ pair, name, trusts, why }) => {
    const seen = await systemNetwork({ clock, authorities: [trusts.cert] }).certificate(HERE, await serving(pair), name, within(2_000))
    expect(seen).toMatchObject({ state: 'present', value: { subject: 'ai.example.com', trusted: false, why } })
  })

  test('none could be asked for: refused, silent, no TLS, hung up. None of these says that there is none', async () => {
    const silent = await listening(tcpServer(() => undefined))
    const plain = await listening(tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const hanging = await listening(tcpServer((socket) => socket.destroy()))
    const ask = async (port: number) => await network.certificate(HERE, port, 'ai.example.com', within(400))
    expect(await ask(await closedPort())).toMatchObject({ state: 'unreachable', why: 'refused' })
    expect(await ask(silent)).toMatchObject({ state: 'unreachable', why: 'no answer in 0.4 s' })
    expect(await ask(plain)).toMatchObject({ state: 'unknown', why: 'does not speak TLS' })
    expect(await ask(hanging)).toMatchObject({ state: 'unreachable', why: 'connection reset' })
  })
})

describe('certificatesIn', () => {
  const authority = createAuthority('Test CA', NOW)
  const namesake = createAuthority('Test CA', NOW)
  const { cert } = authority.issueServer(['ai.example.com'])
  const read = (pem: string, authorities = [authority.cert]) =>
    systemNetwork({ clock, authorities })
      .certificatesIn(pem)
      ?.map(({ subject, trusted, why }) => `${subject} ${trusted ? 'trusted' : why}`)

  test.each([
    { of: 'one, of a known authority', pem: cert, says: ['ai.example.com trusted'] },
    { of: 'the whole chain', pem: `${cert}\n${authority.cert}`, says: ['ai.example.com trusted', 'Test CA trusted'] },
    { of: 'words between them', pem: `# leaf\n${cert}\n# issuer\n${authority.cert}`, says: ['ai.example.com trusted', 'Test CA trusted'] },
    { of: 'nothing', pem: '', says: undefined },
    { of: 'no certificate', pem: 'tls.crt', says: undefined },
    { of: 'rubbish in its frame', pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', says: undefined },
    {
      of: 'a key only',
      pem: authority.issueServer(['ai.example.com']).key,
      says: undefined,
    },
    {
      of: 'an authority that only bears the name',
      pem: `${cert}\n${namesake.cert}`,
      says: ['ai.example.com the next certificate did not issue it', 'Test CA issued by an authority that is not known here'],
    },
    {
      of: 'the wrong order',
      pem: `${authority.cert}\n${cert}`,
      says: ['Test CA the next certificate did not issue it', 'ai.example.com trusted'],
    },
  ])('$of: $says', ({ pem, says }) => {
    expect(read(pem)).toEqual(says)
  })

  test('an authority that is not known here leaves the last one open', () => {
    expect(read(cert, [namesake.cert])).toEqual(['ai.example.com issued by an authority that is not known here'])
  })
})

/** Its process stands still and its queue is full: the kernel answers nobody any more. */
async function silentPort(): Promise<{ readonly port: number; readonly end: () => void }> {
  const program = `const s = require('net').createServer().listen({ port: 0, host: '${HERE}', backlog: 1 }, () => console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 8 }, () => connect(port, HERE).on('error', () => undefined))
  await new Promise((resolve) => fillers[0]?.once('connect', resolve))
  return {
    port,
    end: () => {
      for (const one of fillers) one.destroy()
      child.kill('SIGKILL')
    },
  }
}
