import { type Server, type Socket, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LOOPBACK, giveBack, listen, listenOnFreePort } from './listen.ts'

/**
 * What may be wrong with a connection:
 * refuse – nothing listens, what is open is reset · blackhole – accepted, nothing ever comes through, what is open stalls and goes on when it is healed ·
 * reset – the next answer is cut in its middle · delay – every piece of an answer comes `ms` later.
 */
export type LinkFault = { readonly kind: 'refuse' | 'blackhole' | 'reset' } | { readonly kind: 'delay'; readonly ms: number }

/** A TCP proxy before one port, so that a fault looks the same whatever stands behind it. */
export interface FaultProxy {
  readonly port: number
  set(fault: LinkFault | null): Promise<void>
  /** Looks again whether there is anything behind it: with nothing, connections are refused. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** A port of loopback, or of another host. */
export type Upstream = number | { readonly host: string; readonly port: number }

/** `upstream` is asked for each connection; undefined: nothing is there. */
export async function openFaultProxy(upstream: () => Upstream | undefined): Promise<FaultProxy> {
  const links = new Set<Link>()
  let fault: LinkFault | null = null
  let closed = false

  const create = (): Server => {
    const made = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const link = new Link(client, upstream)
      links.add(link)
      client.once('close', () => links.delete(link))
      link.obey(fault)
    })
    return made
  }
  const first = await listenOnFreePort(create)
  const { port } = first
  let server: Server | undefined = first.server

  const settle = async (): Promise<void> => {
    const open = !closed && fault?.kind !== 'refuse' && (fault?.kind === 'blackhole' || upstream() !== undefined)
    if (!open) {
      server?.close()
      server = undefined
      return
    }
    while (server === undefined && !closed) {
      const again = create()
      try {
        await listen(again, port)
        server = again
      } catch {
        await sleep(20) // somebody sits on the port: wait for it
      }
    }
  }
  // One change of the listener at a time, in order.
  let settling = Promise.resolve()
  const settled = (): Promise<void> => (settling = settling.then(settle))
  await settled()

  return {
    port,
    set(next) {
      fault = next
      for (const link of links) link.obey(next)
      return settled()
    },
    refresh: settled,
    async close() {
      closed = true
      for (const link of links) link.cut()
      await settled()
      giveBack(port)
    },
  }
}

/** One connection through the proxy. */
class Link {
  #client: Socket
  #upstream: () => Upstream | undefined
  #server: Socket | undefined
  #requests: Flow
  #answers: Flow | undefined

  constructor(client: Socket, upstream: () => Upstream | undefined) {
    this.#client = client
    this.#upstream = upstream
    this.#requests = new Flow(client, () => this.cut(), true)
    client.once('close', () => this.#server?.destroy())
  }

  obey(fault: LinkFault | null): void {
    if (fault?.kind === 'refuse') return this.cut()
    const holds = fault?.kind === 'blackhole'
    if (!holds && this.#server === undefined) this.#open()
    this.#requests.obey({ holds, delay: 0, cuts: false })
    this.#answers?.obey({ holds, delay: fault?.kind === 'delay' ? fault.ms : 0, cuts: fault?.kind === 'reset' })
  }

  cut(): void {
    this.#client.resetAndDestroy()
    this.#server?.destroy()
  }

  #open(): void {
    const upstream = this.#upstream()
    if (upstream === undefined) return this.cut()
    const { host, port } = typeof upstream === 'number' ? { host: LOOPBACK, port: upstream } : upstream
    const server = connect({ host, port, noDelay: true, allowHalfOpen: true })
    this.#server = server
    this.#requests.to(server)
    this.#answers = new Flow(server, () => this.cut(), false)
    this.#answers.to(this.#client)
  }
}

interface Manner {
  /** Nothing comes through; it is kept. */
  readonly holds: boolean
  /** ms. */
  readonly delay: number
  /** The next piece is cut in its middle. */
  readonly cuts: boolean
}
type Piece = { readonly due: number; readonly data: Buffer | 'end' | 'reset' }

/** What a connection may keep while it is held, in bytes; then it is not read any more. */
const KEPT = 1024 * 1024

/** One direction of a connection. It is read also while it is held, because only reading shows that the other side has gone. */
class Flow {
  #from: Socket
  #to: Socket | undefined
  #cut: () => void
  #queue: Piece[] = []
  #kept = 0
  #manner: Manner = { holds: false, delay: 0, cuts: false }
  #timer: NodeJS.Timeout | undefined

  /** `leaves`: when this side ends while it is held, it has given up, and nothing is kept for it. */
  constructor(from: Socket, cut: () => void, leaves: boolean) {
    this.#from = from
    this.#cut = cut
    from.on('data', (data) => this.#push(data))
    from.on('end', () => (this.#manner.holds && leaves ? cut() : this.#push('end')))
    from.on('error', () => this.#push('reset'))
    from.on('close', () => this.#queue.length === 0 && clearTimeout(this.#timer))
  }

  to(socket: Socket): void {
    this.#to = socket
    socket.on('drain', () => this.#from.resume())
    this.#drain()
  }

  obey(manner: Manner): void {
    this.#manner = manner
    this.#drain()
  }

  #push(data: Piece['data']): void {
    this.#queue.push({ due: performance.now() + this.#manner.delay, data })
    if (typeof data !== 'string') this.#kept += data.length
    if (this.#kept > KEPT) this.#from.pause()
    this.#drain()
  }

  #drain(): void {
    clearTimeout(this.#timer)
    if (this.#to === undefined || this.#manner.holds) return
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const wait = this.#manner.delay === 0 ? 0 : head.due - performance.now()
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#drain(), wait)
        return
      }
      this.#queue.shift()
      this.#pass(head.data, this.#to)
    }
    if (this.#kept === 0 && !this.#to.writableNeedDrain) this.#from.resume()
  }

  #pass(data: Piece['data'], to: Socket): void {
    if (data === 'reset') return this.#cut()
    if (data === 'end') return void to.end()
    this.#kept -= data.length
    if (this.#manner.cuts) {
      to.write(data.subarray(0, data.length >> 1), () => this.#cut())
      this.#queue = []
      return
    }
    if (!to.writable) return
    if (!to.write(data)) this.#from.pause()
  }
}
