import type { Rule } from '../domain/route.ts'

interface Match {
  readonly path?: { readonly type?: string; readonly value?: string }
  readonly headers?: readonly { readonly name?: string; readonly value?: string }[]
  readonly queryParams?: readonly { readonly name?: string; readonly value?: string }[]
  readonly method?: string
}

/** What a rule matches, short enough for a table: `/v1/chat`, `X-Client-Region=beijing`, `GET /`; its own name first where it has one. */
export function ruleLabel(rule: Pick<Rule, 'key' | 'name' | 'rawMatches'>): string {
  if (rule.name !== undefined && rule.name !== '') return rule.name
  if (rule.rawMatches === undefined) return '/'
  if (!Array.isArray(rule.rawMatches) || rule.rawMatches.length === 0) return rule.key
  const labels = rule.rawMatches.map((match) => matchLabel((match ?? {}) as Match))
  return labels.some((label) => label === '') ? rule.key : labels.join(' | ')
}

function matchLabel({ path, headers = [], queryParams = [], method }: Match): string {
  const conditions = [...headers.map(({ name, value }) => `${name}=${value}`), ...queryParams.map(({ name, value }) => `?${name}=${value}`)]
  const shown = path?.value === undefined || (path.value === '/' && conditions.length > 0) ? [] : [path.type === 'RegularExpression' ? `~${path.value}` : path.value]
  const parts = [...(method === undefined ? [] : [method]), ...shown, ...conditions]
  return parts.length === 0 && Object.keys({ path, headers, queryParams }).length > 0 ? '/' : parts.join(' ')
}
