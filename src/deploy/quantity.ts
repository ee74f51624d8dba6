const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A Kubernetes quantity in its base unit (cores, bytes, pieces): `500m` → 0.5, `4Gi` → 4294967296. Undefined: it is none. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const found = typeof value === 'string' ? /^([+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(value) : null
  return found === null ? undefined : Number(found[1]) * (UNITS[found[2] ?? ''] ?? 1)
}

/** `3` or `25%` of `whole`, rounded as Kubernetes does for what is named: up for a surge, down for what may be missing. */
export function portion(value: unknown, whole: number, round: 'up' | 'down'): number | undefined {
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value) : null
  if (percent === null) return typeof value === 'number' ? value : undefined
  const part = (Number(percent[1]) * whole) / 100
  return round === 'up' ? Math.ceil(part) : Math.floor(part)
}
