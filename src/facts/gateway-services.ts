import { installationOf } from '../domain/estate.ts'
import { listed } from './listed.ts'

/** Every Service of the gateway installation's namespace. */
export const gatewayServices = listed(
  'gateway-services',
  { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true },
  (topology) => [{ namespace: installationOf(topology).namespace }],
)
