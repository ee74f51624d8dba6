import { appendFileSync, renameSync, rmSync } from 'node:fs'

/** Half of what is kept of one program's words, in bytes: when the file has grown to it, it becomes `<path>.1` and a new one begins. */
const LIMIT = 1024 * 1024

/** A log that grows no further than twice the limit, and always holds the newest. 0600. */
export function openCappedLog(path: string): { write(data: string | Buffer): void } {
  rmSync(path, { force: true })
  rmSync(`${path}.1`, { force: true })
  let size = 0
  return {
    write(data) {
      if (size > LIMIT) {
        renameSync(path, `${path}.1`)
        size = 0
      }
      appendFileSync(path, data, { mode: 0o600 })
      size += data.length
    },
  }
}
