import type { Kind, WatchEvent } from '../../ports/cluster.ts'
import { redactText } from '../../domain/redact.ts'
import { objectOf } from './kube-answer.ts'
import { isEntry } from './kubeconfig.ts'

/** What one line of a watch is; a text says why it is none. */
export type LineEvent =
  | Extract<WatchEvent, { readonly version: string } | { readonly type: 'expired' }>
  | { readonly type: 'bad'; readonly why: string }

/** Bytes of one event; the largest object that an API server stores has 1.5 MiB. */
const LONGEST = 8 * 2 ** 20
const NEWLINE = 0x0a

/** Takes an answer piece by piece and gives each line as soon as it is whole. A last line without its end is never given. */
export function lineReader(kind: Kind, tell: (event: LineEvent) => void): (piece: Buffer) => void {
  let pieces: Buffer[] = []
  let held = 0
  return (piece) => {
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...pieces, piece.subarray(from, end)]).toString('utf8')
      pieces = []
      held = 0
      from = end + 1
      if (line.trim() !== '') tell(eventOf(line, kind))
    }
    if (from === piece.length) return
    pieces.push(piece.subarray(from))
    held += piece.length - from
    if (held > LONGEST) tell({ type: 'bad', why: `an event is longer than ${LONGEST / 2 ** 20} MiB` })
  }
}

function eventOf(line: string, kind: Kind): LineEvent {
  const event = parsed(line)
  if (!isEntry(event)) return { type: 'bad', why: 'an event is not JSON' }
  const { type, object } = event
  const metadata: unknown = isEntry(object) ? object['metadata'] : undefined
  const version = isEntry(metadata) ? metadata['resourceVersion'] : undefined
  switch (type) {
    case 'BOOKMARK':
      return typeof version === 'string' ? { type: 'bookmark', version } : { type: 'bad', why: 'a bookmark names no version' }
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const found = objectOf(object, kind.kind)
      if (found === undefined) return { type: 'bad', why: `an event is not one of kind ${kind.kind}` }
      const told = type === 'ADDED' ? 'added' : type === 'MODIFIED' ? 'modified' : 'deleted'
      return { type: told, object: found, version: found.metadata.resourceVersion }
    }
    case 'ERROR': {
      const { code, message } = isEntry(object) ? object : {}
      if (code === 410) return { type: 'expired' }
      return { type: 'bad', why: typeof message === 'string' ? redactText(message).slice(0, 300) : `server answered ${String(code)}` }
    }
    default:
      return { type: 'bad', why: 'an event is of no known type' }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
