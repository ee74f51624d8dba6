import { installationOf } from '../domain/estate.ts'
import { listed } from './listed.ts'

/** WasmPlugins of the installation's namespace: Higress reads them from no other. */
export const wasmPlugins = listed(
  'wasm-plugins',
  { group: 'extensions.higress.io', version: 'v1alpha1', plural: 'wasmplugins', kind: 'WasmPlugin', namespaced: true },
  (topology) => [{ namespace: installationOf(topology).namespace }],
)
