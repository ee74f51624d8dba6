import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'

/** What a name server says of one name: addresses with a TTL in seconds, a failure, or nothing at all. */
export type NameAnswer =
  | { readonly addresses: readonly string[]; readonly ttl: number }
  | { readonly rcode: 'servfail' | 'nxdomain' | 'refused' }
  | 'silence'

const RCODES = { servfail: 2, nxdomain: 3, refused: 5 } as const
const A = 1
const AAAA = 28

/** A name server on loopback, over UDP. Names that it does not know are NXDOMAIN; `AAAA name` answers for IPv6 alone. */
export async function nameServer(answers: Readonly<Record<string, NameAnswer>>) {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = questionOf(query)
    asked.push(`${type === AAAA ? 'AAAA' : 'A'} ${name}`)
    const answer = (type === AAAA ? answers[`AAAA ${name}`] : undefined) ?? answers[name] ?? { rcode: 'nxdomain' as const }
    if (answer === 'silence') return
    socket.send(replyTo(query.subarray(0, end), type, answer), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, asked, close: () => void socket.close() }
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function replyTo(question: Buffer, type: number, answer: Exclude<NameAnswer, 'silence'>): Buffer {
  const found = 'rcode' in answer ? [] : answer.addresses.filter((one) => isIPv6(one) === (type === AAAA))
  const ttl = 'rcode' in answer ? 0 : answer.ttl
  const header = Buffer.from(question)
  header.writeUInt16BE(0x8180 | ('rcode' in answer ? RCODES[answer.rcode] : 0), 2)
  header.writeUInt16BE(found.length, 6)
  header.fill(0, 8, 12)
  const records = found.map((one) => {
    const bytes = isIPv6(one) ? ipv6(one) : Buffer.from(one.split('.').map(Number))
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(type === AAAA ? AAAA : A, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt32BE(ttl, 6)
    record.writeUInt16BE(bytes.length, 10)
    return Buffer.concat([record, bytes])
  })
  return Buffer.concat([header, ...records])
}

/** Written in full or with one `::`. */
function ipv6(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string) => part.split(':').filter((one) => one !== '')
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0')
  return Buffer.from([...groups(head), ...zeros, ...groups(tail)].map((one) => one.padStart(4, '0')).join(''), 'hex')
}
