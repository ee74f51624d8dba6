import type { Facts } from './finding.ts'

export type Language = 'en' | 'zh'
/** For every reason its words in both languages. `{name}` is filled from the facts. A fault's words are up to three lines: what, why, next. */
export type Words<Reason extends string = string> = Readonly<Record<Reason, { readonly en: string; readonly zh: string }>>

/** Fills `{name}` from the facts; a list is joined with commas; a fact that is missing stays visible as `{name}`. */
export function fill(template: string, facts: Facts): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = facts[name]
    if (value === undefined) return whole
    return Array.isArray(value) ? value.join(',') : String(value)
  })
}
