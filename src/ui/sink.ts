import type { Writable } from 'node:stream'

/** Where text goes. Never throws, never waits; after a closed pipe (EPIPE) or any other fault of the stream it is silent. */
export interface Sink {
  write(text: string): void
}

export function createSink(stream: Writable): Sink {
  let open = true
  stream.on('error', () => {
    open = false
  })
  return {
    write(text) {
      if (!open || stream.destroyed) return
      try {
        stream.write(text)
      } catch {
        open = false
      }
    },
  }
}
