import { appendFileSync } from 'node:fs'
import { centers } from './fixture.ts'
import type { Answer, Machine, Scene } from './harness.ts'

/** One verb over one prepared world, to be killed at every point. */
export interface Case {
  readonly name: string
  /** Makes the world that the verb begins with; it must be the same every time. */
  readonly prepare: () => Promise<{ readonly scene: Scene; readonly machine: Machine }>
  readonly act: (machine: Machine, scene: Scene) => Promise<Answer>
}

export type Point = { readonly on: 'append' | 'write'; readonly phase: 'before' | 'after'; readonly n: number }

export interface Outcome {
  readonly point: string
  readonly way: string
  readonly exit: number
  readonly reason: string
  /** before, after, or neither: what the world is like now. */
  readonly world: 'before' | 'after' | 'neither'
  readonly refused: boolean
  readonly broken: readonly string[]
}

/** Marks carry run ids and times that differ from run to run: only what they mean counts. */
export function essence(scene: Scene): string {
  const lines = centers.flatMap((center) =>
    scene.world
      .cluster(center)
      .all('HTTPRoute')
      .map((one) => {
        const mark = scene.mark(center, one.metadata.name)
        const { 'tricenter.io/run': _, ...rest } = one.metadata.annotations ?? {}
        const said =
          mark === undefined
            ? null
            : {
                situation: mark.situation,
                progress: mark.progress ?? 100,
                normal: mark.normal,
                set: mark.situation.length > 0 ? mark.set : {},
              }
        return `${center} ${one.metadata.name} ${JSON.stringify(one['spec'])} ${JSON.stringify(rest)} ${JSON.stringify(said)}`
      }),
  )
  return [...lines, ...centers.map((center) => `${center} ${scene.replicas(center)}`)].sort().join('\n')
}

/** Every write is preceded by its durable intent, and leaves no rule at zero, or with nothing but lost centers. */
export function guardInvariants(scene: Scene, machine: Machine, broken: string[], lost: readonly string[]): () => void {
  for (const center of centers) {
    scene.world.cluster(center).onWrite = async (phase, write) => {
      if (phase === 'before') {
        const runs = await machine.journals.list()
        const known = (await Promise.all(runs.map(({ run }) => machine.journals.read(run)))).flat()
        const announced = known.some(
          (record) =>
            record.type === 'intended' &&
            record.change.center === center &&
            record.change.object.name === write.name &&
            JSON.stringify(record.change.patch) === JSON.stringify(write.operations),
        )
        if (!announced) broken.push(`${center} ${write.name}: written without a durable intent`)
        return
      }
      if (write.kind !== 'HTTPRoute') return
      const spec = scene.world.cluster(center).peek('HTTPRoute', 'ai-system', write.name)?.['spec'] as {
        rules: { backendRefs: unknown[] }[]
      }
      for (const index of spec.rules.keys()) {
        const carrying = Object.entries(scene.weights(center, write.name, index))
          .filter(([, weight]) => weight > 0)
          .map(([name]) => name)
        if (carrying.length === 0) broken.push(`${center} ${write.name} ${index}: all weights are 0`)
        else if (carrying.every((name) => lost.includes(name)))
          broken.push(`${center} ${write.name} ${index}: only ${carrying.join()} left`)
      }
    }
  }
  return () => {
    for (const center of centers) scene.world.cluster(center).onWrite = undefined
  }
}

/** Kills the machine at the point, if it is reached while `act` runs. Answers whether it was. */
export async function killAt(
  scene: Scene,
  machine: Machine,
  point: Point,
  act: () => Promise<Answer>,
): Promise<{ readonly killed: boolean; readonly answer: Answer }> {
  let seen = 0
  let killed = false
  const never = new Promise<void>(() => undefined)
  const hit = (on: Point['on'], phase: Point['phase']): Promise<void> | undefined => {
    if (killed || point.on !== on || point.phase !== phase || (seen += 1) !== point.n) return undefined
    killed = true
    machine.kill()
    return never
  }
  const inner = new Map(centers.map((center) => [center, scene.world.cluster(center).onWrite]))
  machine.journals.onAppend = (phase) => hit('append', phase)
  for (const center of centers) {
    scene.world.cluster(center).onWrite = async (phase, write) => {
      await inner.get(center)?.(phase, write)
      await hit('write', phase)
    }
  }
  const answer = await act()
  machine.journals.onAppend = undefined
  for (const center of centers) scene.world.cluster(center).onWrite = inner.get(center)
  return { killed, answer }
}

/** How often a whole run appends and writes. */
export async function countPoints(
  one: Case,
): Promise<{ readonly appends: number; readonly writes: number; readonly before: string; readonly after: string; readonly exit: number }> {
  const { scene, machine } = await one.prepare()
  const before = essence(scene)
  let appends = 0
  let writes = 0
  machine.journals.onAppend = (phase) => {
    if (phase === 'before') appends += 1
  }
  for (const center of centers) {
    scene.world.cluster(center).onWrite = (phase) => {
      if (phase === 'before') writes += 1
    }
  }
  const { exit } = await one.act(machine, scene)
  return { appends, writes, before, after: essence(scene), exit }
}

export function pointsOf({ appends, writes }: { readonly appends: number; readonly writes: number }): readonly Point[] {
  return (['append', 'write'] as const).flatMap((on) =>
    Array.from({ length: on === 'append' ? appends : writes }, (_, i) =>
      (['before', 'after'] as const).map((phase): Point => ({ on, phase, n: i + 1 })),
    ).flat(),
  )
}

export function spell({ on, phase, n }: Point): string {
  return `${phase} ${on} ${n}`
}

export function log(line: string): void {
  const file = process.env['MATRIX_LOG']
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}
