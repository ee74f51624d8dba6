/** What a gateway's data plane has been told, as its own admin port says: apart from what objects and conditions claim. */
export interface DataPlane {
  /** The Pod that was asked. */
  readonly pod: string
  /** Its routes by name, `<namespace>/<name>` of the object; every virtual host's. */
  readonly routes: ReadonlyMap<string, readonly ProgrammedRule[]>
  /** Endpoints by cluster. */
  readonly clusters: readonly ProgrammedCluster[]
}

/** One entry of a virtual host: a match of a rule, and where it leads. */
export interface ProgrammedRule {
  /** What stands in its match: a path, a prefix or an expression; undefined: it matches by something else. */
  readonly path: string | undefined
  /** None: it answers itself, as for a rule without any weight. */
  readonly targets: readonly { readonly cluster: string; readonly weight: number }[]
}

export interface ProgrammedCluster {
  /** `outbound|8080||host`. */
  readonly name: string
  readonly endpoints: number
  readonly healthy: number
}

/** Port and host of a cluster's name, `outbound|8080|subset|host`; undefined: it is named otherwise. */
export function clusterAddress(name: string): { readonly port: number; readonly host: string } | undefined {
  const [direction, port, , host] = name.split('|')
  return direction === 'outbound' && host !== undefined ? { port: Number(port), host } : undefined
}
