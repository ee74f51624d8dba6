import { listed } from './listed.ts'

export const nodes = listed('nodes', { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false }, () => [{}])
