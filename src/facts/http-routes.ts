import { httpRoute } from '../gateways/http-route.ts'
import { listed } from './listed.ts'

/** Every HTTPRoute of the managed namespaces as the API serves it, managed or not: one that nobody manages can still hide a rule of one that is. */
export const httpRoutes = listed('http-routes', httpRoute.kind, ({ routes: { namespaces = [undefined] } }) =>
  namespaces.map((namespace) => (namespace === undefined ? {} : { namespace })),
)
