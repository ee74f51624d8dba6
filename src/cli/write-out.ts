import { fstatSync, writeSync } from 'node:fs'

/** Whether output or errors go to something else than a terminal. */
export function isPiped(descriptor: 1 | 2): boolean {
  try {
    return !fstatSync(descriptor).isCharacterDevice()
  } catch {
    return false
  }
}

/** Writes a text to a pipe or a file without opening a stream, which takes longer than parsing. What the other end does not take at once is left to the stream. */
export function writeOut(descriptor: 1 | 2, text: string, stream: () => NodeJS.WritableStream): void {
  if (!isPiped(descriptor)) return void stream().write(text)
  let rest = Buffer.from(text)
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
  } catch (error) {
    // Nobody reads on: the end of interest, not an error.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') stream().write(rest)
  }
}
