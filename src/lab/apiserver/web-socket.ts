import { createHash } from 'node:crypto'

/** RFC 6455, as much as a server of port-forwards needs. */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export type Frame =
  | { readonly kind: 'data'; readonly payload: Buffer }
  | { readonly kind: 'close' }
  | { readonly kind: 'ping'; readonly payload: Buffer }

/** `Sec-WebSocket-Accept` of a client's key. */
export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64')
}

const OPCODES = { data: 2, close: 8, pong: 10 }

/** A whole frame, unmasked as a server's are. */
export function frameOf(kind: keyof typeof OPCODES, payload: Buffer): Buffer {
  const { length } = payload
  const size = length < 126 ? Buffer.of(length) : length < 65_536 ? Buffer.of(126, length >> 8, length & 255) : Buffer.alloc(9)
  if (size.length === 9) {
    size[0] = 127
    size.writeBigUInt64BE(BigInt(length), 1)
  }
  return Buffer.concat([Buffer.of(0x80 | OPCODES[kind]), size, payload])
}

/** Puts frames together from bytes as they come. Throws for what no client may send: unmasked frames. */
export function frameReader(): (bytes: Buffer) => readonly Frame[] {
  let rest = Buffer.alloc(0)
  let parts: Buffer[] = []
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    const frames: Frame[] = []
    for (;;) {
      const head = headOf(rest)
      if (head === undefined || rest.length < head.from + head.length) return frames
      const { opcode, final, from, length, mask } = head
      const payload = Buffer.from(rest.subarray(from, from + length))
      for (let i = 0; i < length; i++) payload[i]! ^= mask[i & 3]!
      rest = rest.subarray(from + length)
      if (opcode === 8) frames.push({ kind: 'close' })
      else if (opcode === 9) frames.push({ kind: 'ping', payload })
      else if (opcode < 8) {
        parts.push(payload)
        if (final) frames.push({ kind: 'data', payload: Buffer.concat(parts) })
        if (final) parts = []
      }
    }
  }
}

/** Undefined: not whole yet. */
function headOf(bytes: Buffer) {
  if (bytes.length < 2) return undefined
  const [first, second] = [bytes[0]!, bytes[1]!]
  if ((second & 0x80) === 0) throw new Error('a frame of a client is masked')
  const short = second & 0x7f
  const sized = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < sized + 4) return undefined
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  return { opcode: first & 15, final: (first & 0x80) !== 0, from: sized + 4, length, mask: bytes.subarray(sized, sized + 4) }
}
