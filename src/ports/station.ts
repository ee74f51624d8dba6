/** One kubeconfig file that counts, first to last. */
export interface KubeconfigFile {
  readonly path: string
  /** `broken`: it is no kubeconfig. `missing` is a fault only where nothing else is left. */
  readonly state: 'read' | 'missing' | 'unreadable' | 'broken'
  /** Of what is not read: a few words for people. */
  readonly why?: string
  /** Permission bits, e.g. 0o600; absent: this system has none. */
  readonly mode?: number
}

export interface KubeconfigSighting {
  readonly files: readonly KubeconfigFile[]
  /** Of every file that could be read. */
  readonly contexts: readonly string[]
  readonly currentContext?: string
}

/** What the machine says of itself, whatever the topology is. */
export interface StationSighting {
  readonly kubeconfig: KubeconfigSighting
  /** Where journals go: is it writable, and kept from others? */
  readonly state: { readonly directory: string; readonly unwritable?: string }
  /** Proxy variables of the environment that are set, by name: none of them is heeded. */
  readonly proxies: readonly string[]
}

/** A certificate or an authority that a context brings along. Times are ms since the epoch. */
export type OwnCertificate =
  | { readonly subject: string; readonly validFrom: number; readonly validTo: number }
  | { readonly unreadable: string }

/** How a context would reach its cluster. Nothing is asked of the cluster. */
export type ContextSighting =
  | { readonly state: 'missing'; readonly near?: string; readonly known: readonly string[] }
  /** Its cluster or user entry is missing, or its server is no URL. */
  | { readonly state: 'unusable'; readonly why: string }
  | {
      readonly state: 'usable'
      readonly server: string
      readonly proxied: boolean
      /** `insecure-skip-tls-verify`. */
      readonly unverified: boolean
      /** The authority that it trusts cannot be read; absent: it can, or the system's are trusted. */
      readonly authorityUnreadable?: string
      readonly certificate?: OwnCertificate
      /** The command of its login plugin, and whether it is there to be started. */
      readonly plugin?: { readonly command: string; readonly found: boolean; readonly hint?: string }
    }

/** The machine where the tool runs. Neither call throws. */
export interface Station {
  look(): Promise<StationSighting>
  context(name: string): Promise<ContextSighting>
}
