/** What `lab` can do: one door, so that the light declarations import one module. */
export { demo } from './demo.ts'
export { down } from './down.ts'
export { env } from './env.ts'
export { fault, heal } from './fault.ts'
export { status } from './status.ts'
export { up } from './up.ts'
