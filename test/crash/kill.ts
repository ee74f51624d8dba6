import { writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Preloaded with `--import` into the program under test: kills it with SIGKILL around the N-th durable record of its journal, so that no hook for tests is in the program.
 * CRASH_AT is `before:N` (the record is not written), `torn:N` (half of it is) or `after:N` (it is durable and nothing after it happened); `count` only counts.
 * The count is written to fd 3 where it is open.
 */
const [when = '', number = '0'] = (process.env['CRASH_AT'] ?? '').split(':')
const target = Number(number)

type Handle = Awaited<ReturnType<typeof open>>
type Write = (buffer: Buffer, offset: number, length: number, position: number | null) => Promise<{ bytesWritten: number }>

const probe = await open(join(tmpdir(), `tricenter-crash-${process.pid}`), 'w')
const prototype = Object.getPrototypeOf(probe) as { write: Write; datasync: () => Promise<void> }
await probe.close()
const { unlink } = await import('node:fs/promises')
await unlink(join(tmpdir(), `tricenter-crash-${process.pid}`))

let records = 0
const { write, datasync } = prototype
const journals = new WeakSet<object>()
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  for (;;); // the signal is on its way
}

prototype.write = async function (this: Handle, buffer, offset, length, position) {
  const text = buffer.toString('utf8', offset, offset + length)
  if (!text.startsWith('{"n":')) return await write.call(this, buffer, offset, length, position)
  journals.add(this)
  const lines = text.split('\n').length - 1
  const reached = records < target && records + lines >= target
  if (reached && when === 'before') {
    // Records that were queued together go out together: those before the N-th are written.
    const kept = Buffer.byteLength(
      text
        .split('\n')
        .slice(0, target - records - 1)
        .map((line) => `${line}\n`)
        .join(''),
    )
    if (kept > 0) await write.call(this, buffer, offset, kept, position)
    die()
  }
  if (reached && when === 'torn') {
    await write.call(this, buffer, offset, length >> 1, position)
    die()
  }
  records += lines
  return await write.call(this, buffer, offset, length, position)
}
prototype.datasync = async function (this: Handle) {
  await datasync.call(this)
  if (when === 'after' && journals.has(this) && records >= target) die()
}

if (when === 'count') {
  process.on('exit', () => {
    writeSync(3, String(records))
  })
}
