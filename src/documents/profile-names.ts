/** The metrics profiles that are shipped; anything else must be the path of a file. */
export const shippedProfileNames = ['envoy', 'documented'] as const
export type ShippedProfileName = (typeof shippedProfileNames)[number]

/** A path has a slash or ends as a YAML file does; everything else is a name. */
export function isProfilePath(profile: string): boolean {
  return /[/\\]|\.ya?ml$/.test(profile)
}

export function isShippedProfile(profile: string): profile is ShippedProfileName {
  return shippedProfileNames.some((name) => name === profile)
}
