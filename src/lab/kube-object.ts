/** A Kubernetes object as the lab's own clients read it. */
export interface KubeObject<Spec = Readonly<Record<string, unknown>>, Status = Readonly<Record<string, unknown>>> {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: Spec
  readonly status?: Status
}

/** `namespace/name`, or the name alone. */
export function objectKey({ metadata }: KubeObject<unknown, unknown>): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
}
