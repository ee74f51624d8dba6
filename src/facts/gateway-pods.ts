import { installationOf } from '../domain/estate.ts'
import { listed } from './listed.ts'

/** Every Pod of the gateway installation's namespace. */
export const gatewayPods = listed(
  'gateway-pods',
  { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
  (topology) => [{ namespace: installationOf(topology).namespace }],
)
