import { listed } from './listed.ts'

/** Every node, with its labels and taints. */
export const nodes = listed('nodes', { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false }, () => [{}])
