import { gateway } from './gateway.ts'
import { identity } from './identity.ts'
import { labMarker } from './lab-marker.ts'
import { releases } from './releases.ts'
import { routes } from './routes.ts'
import { workloads } from './workloads.ts'

/** Every fact, by name. One line each. */
export const facts = [gateway, identity, labMarker, releases, routes, workloads] as const
