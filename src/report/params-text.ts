/** A run's parameters as people read them: `centers=zone-a,zone-b fault=scale`; shares as `zone-a:70,zone-b:30`. What is not set is left out. */
export function paramsText(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => [name, valueText(value)] as const)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}=${text}`)
    .join(' ')
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(',')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, share]) => `${name}:${valueText(share)}`)
      .join(',')
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
