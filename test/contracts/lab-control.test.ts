import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { httpLabControl } from '../../src/adapters/lab-control.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { openBackgroundLoad } from '../../src/lab/background-load.ts'
import { openControl } from '../../src/lab/control.ts'
import { openFaultProxy, type FaultProxy } from '../../src/lab/fault-proxy.ts'
import { openFaults, PORTS, type Port } from '../../src/lab/faults.ts'
import { openLedger } from '../../src/lab/ledger.ts'
import { memoryClock } from '../worlds/memory-clock.ts'
import { memoryCluster } from '../worlds/memory-cluster.ts'
import { memoryFaults } from '../worlds/memory-faults.ts'
import { MEMORY_CONTROL_URL, memoryLabControl } from '../worlds/memory-lab-control.ts'
import { labControlContract } from './lab-control-contract.ts'

const centers = ['zone-a', 'zone-b']

labControlContract('in memory', async () => {
  const clock = memoryClock({ auto: true })
  const faults = memoryFaults(new Map(centers.map((center) => [center, memoryCluster({ center, clock })])), clock)
  const ledger = new Map([
    ['run-1', 1],
    ['run-2', 2],
    ['other', 1],
  ])
  return {
    lab: memoryLabControl({ clock, faults, centers, ledger }),
    url: MEMORY_CONTROL_URL,
    now: () => clock.now(),
    pass: (ms) => clock.sleep(ms),
    within: (ms) => ({ at: clock.monotonic() + ms }),
    close: async () => undefined,
  }
})

labControlContract('over HTTP', async () => {
  const proxies = new Map(
    await Promise.all(
      centers.map(async (center) => {
        const ports = await Promise.all(PORTS.map(async (port) => [port, await openFaultProxy(() => undefined)] as const))
        return [center, Object.fromEntries(ports) as Readonly<Record<Port, FaultProxy>>] as const
      }),
    ),
  )
  const faults = openFaults(proxies)
  const ledger = openLedger('lab-load')
  for (const id of ['run-1', 'run-2', 'run-2', 'other']) ledger.record(id)
  const load = openBackgroundLoad([])
  const control = await openControl({ centers, faults, ledger, load, status: () => ({}), down: () => undefined })
  return {
    lab: httpLabControl(systemClock),
    url: control.url,
    now: () => systemClock.now(),
    pass: (ms) => systemClock.sleep(ms),
    within: (ms) => ({ at: systemClock.monotonic() + ms }),
    async close() {
      faults.close()
      await control.close()
      await load.close()
      await Promise.all([...proxies.values()].flatMap((ports) => Object.values(ports).map((port) => port.close())))
    },
  }
})

test.each([
  ['https://127.0.0.1:1/x', 'not an address of this machine'],
  ['http://127.0.0.1.evil.example/x', 'not an address of this machine'],
  ['http://127.0.0.1@evil.example/x', 'not an address of this machine'],
  ['file:///etc/passwd', 'not an address of this machine'],
  ['nonsense', 'not an address of this machine'],
])('%s is not asked', async (url, why) => {
  expect(await httpLabControl(systemClock).faultOf(url, 'zone-a', { at: systemClock.monotonic() + 500 })).toMatchObject({
    state: 'unknown',
    why: expect.stringContaining(why),
  })
})

test.each([
  ['HTML', 200, '<p>', { state: 'unknown', why: 'the answer is not one of a lab' }],
  ['something else', 200, '{"kind":7}', { state: 'unknown', why: 'the answer is not one of a lab' }],
  ['500', 500, '{}', { state: 'unknown', why: 'the lab answered 500' }],
  ['403', 403, '{}', { state: 'forbidden', why: 'the lab answered 403' }],
])('a lab that answers %s is not believed', async (_what, status, body, seen) => {
  const server = createServer((_request, response) => response.writeHead(status).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as { port: number }).port}/token/`
  expect(await httpLabControl(systemClock).faultOf(url, 'zone-a', { at: systemClock.monotonic() + 1000 })).toMatchObject(seen)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
