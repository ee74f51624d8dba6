import type { Rules } from '../apiserver/admission.ts'

export const gatewayRules: Readonly<Record<string, Rules>> = {}
