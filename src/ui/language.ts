import type { Language } from '../domain/words.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Chinese when the first of `--lang`, TRICENTER_LANG, LC_ALL, LC_MESSAGES and LANG that says anything begins with `zh`; else English. */
export function languageOf(flag: string | undefined, env: Env): Language {
  const said = [flag, env['TRICENTER_LANG'], env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  )
  return said?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en'
}
