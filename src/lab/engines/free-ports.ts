import { createServer } from 'node:net'
import { listenOnFreePort } from '../listen.ts'

/** Ports that nothing listened on a moment ago, all different. Another program may take one first: whoever uses them tries again then. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => listenOnFreePort(() => createServer())))
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))))
  return held.map(({ port }) => port)
}
