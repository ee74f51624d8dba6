import type { Dispatcher } from 'undici'

type Dispatch = Dispatcher['dispatch']

/** Requests beyond a number wait for one of those in flight to end, in the order in which they came. */
export interface InFlight {
  readonly dispatch: Dispatch
  /** Resolves when none is in flight and none waits. */
  readonly idle: () => Promise<void>
}

export function inFlight(most: number, send: Dispatch): InFlight {
  const waiting: (() => void)[] = []
  const watching: (() => void)[] = []
  let size = 0
  const next = (): void => {
    while (size < most && waiting.length > 0) waiting.shift()?.()
    if (size === 0) for (const resolve of watching.splice(0)) resolve()
  }
  // Never at once: undici ends requests in the middle of its own work, and takes for granted that none comes in between.
  const ended = (): void => {
    size -= 1
    queueMicrotask(next)
  }
  const begin = (request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean => {
    size += 1
    try {
      return send(request, counted(handler, ended))
    } catch (error) {
      ended()
      throw error
    }
  }
  return {
    dispatch(request, handler) {
      if (size < most && waiting.length === 0) return begin(request, handler)
      waiting.push(() => {
        try {
          begin(request, handler)
        } catch (error) {
          handler.onResponseError?.(undefined as never, error as Error)
        }
      })
      return false
    },
    idle: () => new Promise((resolve) => void (size === 0 && waiting.length === 0 ? resolve() : watching.push(resolve))),
  }
}

/** A request ends once: whole, or with an error. */
function counted(handler: Dispatcher.DispatchHandler, ended: () => void): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart: (controller, status, headers, message) => handler.onResponseStart?.(controller, status, headers, message),
    onResponseData: (controller, piece) => handler.onResponseData?.(controller, piece),
    onResponseEnd(controller, trailers) {
      handler.onResponseEnd?.(controller, trailers)
      ended()
    },
    onResponseError(controller, error) {
      handler.onResponseError?.(controller, error)
      ended()
    },
  }
}
