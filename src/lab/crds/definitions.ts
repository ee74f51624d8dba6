import type { Tree } from '../apiserver/json.ts'
import { gatewayApi } from './gateway-api.ts'
import { higress } from './higress.ts'

/** The CustomResourceDefinitions that every center of the lab starts with. */
export const definitions: readonly Tree[] = [...gatewayApi, ...higress]
