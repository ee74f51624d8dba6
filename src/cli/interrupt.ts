import { SIGNAL_CODES } from '../domain/outcome.ts'

let controller: AbortController | undefined

/**
 * INT, TERM and HUP: the first asks the run to finish what is in hand and to restore or stop, the second leaves at once; the journal is whole either way,
 * because nothing is written that was not recorded before.
 */
export function interruptOf(): AbortSignal {
  if (controller !== undefined) return controller.signal
  const made = new AbortController()
  controller = made
  for (const [name, code] of Object.entries(SIGNAL_CODES)) {
    process.on(name, () => {
      if (made.signal.aborted) process.exit(code)
      made.abort(name)
    })
  }
  return made.signal
}
