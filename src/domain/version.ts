/** Major, minor and patch of a version such as `2.1.9`, `v2.2.0-rc.1`, `higress-2.1.9`; undefined: there is none in it. A pre-release counts as its release. */
export function versionIn(text: string): readonly [number, number, number] | undefined {
  const found = /(?:^|[-v/\s])v?(\d+)\.(\d+)(?:\.(\d+))?(?=$|[-+\s])/.exec(text)
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)]
}

/** Is `version` this one or later? Undefined: it is no version. */
export function isFrom(version: string | undefined, least: string): boolean | undefined {
  const [one, other] = [versionIn(version ?? ''), versionIn(least)]
  if (one === undefined || other === undefined) return undefined
  for (const [i, part] of one.entries()) if (part !== other[i]) return part > (other[i] ?? 0)
  return true
}
