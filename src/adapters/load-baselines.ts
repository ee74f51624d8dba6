import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadBaseline, LoadBaselines } from '../ports/load.ts'

/** `load/<topology>/<center>.ndjson` in the state directory, one measurement a line. A line that is none is passed over. */
export function fileLoadBaselines(state: string): LoadBaselines {
  const directory = (topology: string): string => join(state, 'load', encodeURIComponent(topology))
  const file = (topology: string, center: string): string => join(directory(topology), `${encodeURIComponent(center)}.ndjson`)
  return {
    async read(topology, center) {
      const text = await readFile(file(topology, center), 'utf8').catch(() => '')
      return text.split('\n').flatMap(baselineOf)
    },
    async keep(topology, center, more) {
      if (more.length === 0) return
      await mkdir(directory(topology), { recursive: true, mode: 0o700 })
      // A line of its own even after one that was cut off.
      await appendFile(file(topology, center), more.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 })
    },
  }
}

function baselineOf(line: string): readonly LoadBaseline[] {
  try {
    const one = JSON.parse(line) as Partial<LoadBaseline> | null
    const numbers = [one?.rate, one?.connections, one?.achieved, one?.errorRatio]
    const whole = typeof one?.at === 'string' && typeof one.center === 'string' && numbers.every((value) => typeof value === 'number')
    return whole ? [one as LoadBaseline] : []
  } catch {
    return []
  }
}
