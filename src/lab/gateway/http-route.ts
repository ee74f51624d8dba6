import type { KubeObject } from '../kube-object.ts'

/** HTTPRoute and Gateway of the Gateway API, as far as the lab's gateway reads them. Written for the gateway alone: the lab never uses the tool's own reading of routes. */
export type HttpRoute = KubeObject<HttpRouteSpec, RouteStatus>
export type Gateway = KubeObject<{ readonly gatewayClassName: string; readonly listeners: readonly Listener[] }>
export type GatewayClass = KubeObject<{ readonly controllerName: string }>

export interface Listener {
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly hostname?: string
  readonly tls?: { readonly mode?: string; readonly certificateRefs?: readonly { readonly name: string; readonly namespace?: string }[] }
  readonly allowedRoutes?: { readonly namespaces?: { readonly from?: 'All' | 'Same' | 'Selector' | 'None' } }
}

export interface ParentRef {
  readonly group?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name: string
  readonly sectionName?: string
  readonly port?: number
}

export interface HttpRouteSpec {
  readonly parentRefs?: readonly ParentRef[]
  readonly hostnames?: readonly string[]
  readonly rules?: readonly HttpRule[]
}

export interface HttpRule {
  readonly name?: string
  readonly matches?: readonly HttpMatch[]
  readonly filters?: readonly HttpFilter[]
  readonly backendRefs?: readonly HttpBackendRef[]
}

export interface HttpMatch {
  readonly path?: { readonly type?: 'Exact' | 'PathPrefix' | 'RegularExpression'; readonly value?: string }
  readonly method?: string
  readonly headers?: readonly NamedMatch[]
  readonly queryParams?: readonly NamedMatch[]
}
export interface NamedMatch {
  readonly type?: 'Exact' | 'RegularExpression'
  readonly name: string
  readonly value: string
}

export interface HeaderModifier {
  readonly set?: readonly { readonly name: string; readonly value: string }[]
  readonly add?: readonly { readonly name: string; readonly value: string }[]
  readonly remove?: readonly string[]
}
export interface HttpFilter {
  readonly type: string
  readonly requestHeaderModifier?: HeaderModifier
  readonly responseHeaderModifier?: HeaderModifier
}

export interface HttpBackendRef {
  readonly group?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name: string
  readonly port?: number
  readonly weight?: number
}

export interface RouteStatus {
  readonly parents?: readonly RouteParentStatus[]
}
export interface RouteParentStatus {
  readonly parentRef: ParentRef
  readonly controllerName: string
  readonly conditions: readonly StatusCondition[]
}
export interface StatusCondition {
  readonly type: string
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
  readonly lastTransitionTime: string
}
