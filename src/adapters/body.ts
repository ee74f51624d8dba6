/** Where the body of one answer is gathered. */
export interface Gathering {
  add(chunk: Buffer): void
  whole(): Buffer
}

/** For bodies of any size, of which most are short: the pieces, joined at the end. */
export function inPieces(): Gathering {
  const pieces: Buffer[] = []
  return { add: (chunk) => void pieces.push(chunk), whole: () => Buffer.concat(pieces) }
}

/** Memory for long bodies that come one after the other. */
export interface Room {
  /** `size`: bytes that are told to come. The body is copied together as it comes, for pieces that lie about cost more than that. */
  gather(size?: number): Gathering
  /** Nobody will look at this body again, which has been gathered here: another one may take its place. */
  free(body: Buffer): void
}

const LEAST = 65_536

export function room(): Room {
  const unused: Buffer[] = []
  /** As long as the longest so far, and a little: the next is likely to be so too. */
  let likely = LEAST
  const take = (size: number): Buffer => {
    const found = unused.findIndex(({ length }) => length >= size)
    return unused.splice(found, found < 0 ? 0 : 1)[0] ?? Buffer.allocUnsafeSlow(size)
  }
  return {
    gather(size) {
      let bytes: Buffer | undefined
      let end = 0
      return {
        add(chunk) {
          bytes ??= take(Math.max(size ?? likely, chunk.length))
          if (end + chunk.length > bytes.length) {
            const more = take(Math.max(2 * bytes.length, end + chunk.length))
            bytes.copy(more, 0, 0, end)
            bytes = more
          }
          end += chunk.copy(bytes, end)
        },
        whole() {
          likely = Math.max(likely, Math.ceil(end * 1.02))
          return bytes?.subarray(0, end) ?? Buffer.alloc(0)
        },
      }
    },
    free: ({ buffer }) => void unused.push(Buffer.from(buffer)),
  }
}
