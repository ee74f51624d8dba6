/** What commands may use, each part loaded when it is first asked for. */
export interface Context {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly language: 'en' | 'zh'
}
