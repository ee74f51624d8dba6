import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { LOOPBACK } from '../listen.ts'
import { acceptOf, frameOf, frameReader } from './web-socket.ts'

/** The port of this machine where a Pod's port is answered; undefined: its Pod does not run, or listens to no such port. */
export type PodPorts = (namespace: string, pod: string, port: number) => number | undefined

const PROTOCOL = 'v4.channel.k8s.io'

export interface Handshake {
  /** `Sec-WebSocket-Key`. */
  readonly key: string | undefined
  /** `Sec-WebSocket-Protocol`. */
  readonly protocols: string
  readonly version: string | undefined
}

/** Is this a client that forwards as kubelets of all versions can? The newer tunnel of SPDY is not offered. */
export function speaksChannels({ key, protocols, version }: Handshake): boolean {
  return key !== undefined && version === '13' && protocols.split(',').some((one) => one.trim() === PROTOCOL)
}

/**
 * Carries one port of a Pod over a WebSocket of `v4.channel.k8s.io`, as a kubelet does: the first byte of a frame is the channel, 0 for data and 1 for errors,
 * and each channel begins with the port in two bytes, lower one first. `local` undefined: nothing listens, which is told on the channel of errors.
 */
export function forwardPort(client: Duplex, head: Buffer, key: string, port: number, local: number | undefined): void {
  const send = (channel: number, bytes: Buffer): void => void client.write(frameOf('data', Buffer.concat([Buffer.of(channel), bytes])))
  client.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\nSec-WebSocket-Protocol: ${PROTOCOL}\r\n\r\n`,
  )
  const preface = Buffer.of(port & 255, port >> 8)
  send(0, preface)
  send(1, preface)
  client.on('error', () => client.destroy())
  const fail = (why: string): void => {
    send(1, Buffer.from(`error forwarding port ${port} to pod: ${why}`))
    client.end(frameOf('close', Buffer.alloc(0)))
  }
  if (local === undefined) return fail(`dial tcp4 ${LOOPBACK}:${port}: connect: connection refused`)

  const pod = connect(local, LOOPBACK)
  pod.on('data', (bytes) => send(0, bytes))
  pod.on('error', (error) => fail(error.message))
  pod.on('end', () => client.end(frameOf('close', Buffer.alloc(0))))
  client.on('close', () => pod.destroy())
  const read = frameReader()
  const take = (bytes: Buffer): void => {
    try {
      for (const frame of read(bytes)) {
        if (frame.kind === 'close') pod.end()
        else if (frame.kind === 'ping') client.write(frameOf('pong', frame.payload))
        else if (frame.payload[0] === 0) pod.write(frame.payload.subarray(1))
      }
    } catch {
      client.destroy()
    }
  }
  client.on('data', take)
  if (head.length > 0) take(head)
}
