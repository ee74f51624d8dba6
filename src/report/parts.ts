/** A report as people read it, free of any markup: text, tables, lists. Markdown and HTML only dress it. */
export interface ReportContent {
  readonly title: string
  /** Verdict and recovery time, in one line. */
  readonly headline: string
  readonly tone: 'good' | 'bad' | 'warn'
  readonly lines: readonly string[]
  readonly about: readonly (readonly [string, string])[]
  readonly sections: readonly Section[]
}
export type Section = { readonly title: string; readonly parts: readonly Part[] }
export type Part =
  | { readonly kind: 'plots' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'commands'; readonly commands: readonly string[] }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      readonly right?: readonly number[]
    }
  | {
      readonly kind: 'writes'
      readonly writes: readonly { readonly cells: readonly string[]; readonly patch: string; readonly summary: string }[]
      readonly head: readonly string[]
    }
