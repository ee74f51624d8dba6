declare const TRICENTER_VERSION: string | undefined

/** The package's version; put in by the build. */
export const version: string = typeof TRICENTER_VERSION === 'string' ? TRICENTER_VERSION : '0.0.0-source'
