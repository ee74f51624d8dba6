import type { Context } from './context.ts'
import { flagParts } from './flag-parts.ts'
import { globalOptions } from './global-options.ts'

const VALUED = globalOptions.flatMap(({ flags }) => flagParts(flags) ?? []).filter(({ valued }) => valued)

/** Where the files are that completion reads. */
export type Typed = Pick<Context['flags'], 'topology' | 'kubeconfig'>

/**
 * Global flags that stand whole before the last word, which is the one at hand: what they say of files, and the words without them, for they are no part of a command's name.
 * Words come as they are typed, so `~/` is still to be read as the home directory.
 */
export function typedBefore(
  words: readonly string[],
  home: string | undefined,
): { readonly typed: Typed; readonly words: readonly string[] } {
  const found = new Map<string, string>()
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const [flag = '', value] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word]
    const name = VALUED.find(({ name: long, short }) => flag === `--${long}` || (short !== undefined && flag === `-${short}`))?.name
    const whole = name !== undefined && i + (value === undefined ? 1 : 0) < words.length - 1
    if (!whole) rest.push(word)
    else {
      found.set(name, value ?? words[i + 1] ?? '')
      if (value === undefined) i += 1
    }
  }
  const file = (name: string): string | undefined => found.get(name)?.replace(/^~(?=\/)/, home ?? '~')
  const [topology, kubeconfig] = [file('topology'), file('kubeconfig')]
  return {
    typed: { ...(topology === undefined ? {} : { topology }), ...(kubeconfig === undefined ? {} : { kubeconfig }) },
    words: rest,
  }
}
