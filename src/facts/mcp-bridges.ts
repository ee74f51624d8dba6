import { listed } from './listed.ts'

/** Every McpBridge of the cluster: Higress reads one of them only, so that the others are worth telling. */
export const mcpBridges = listed(
  'mcp-bridges',
  { group: 'networking.higress.io', version: 'v1', plural: 'mcpbridges', kind: 'McpBridge', namespaced: true },
  () => [{}],
)
