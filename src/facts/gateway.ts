import type { Fact } from './fact.ts'

/** Does the center's gateway answer HTTP at all? Any status counts: a gateway without a route answers 404 and lives. */
export const gateway: Fact<{ readonly status: number }> = {
  name: 'gateway',
  rights: [],
  read: ({ center, world }, deadline) => world.traffic.reach(center.gateway, deadline),
}
