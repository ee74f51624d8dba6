/** `-o, --output <form>`: long and short name, and whether a value stands behind them. Undefined: it has no long name. */
export function flagParts(flags: string): { readonly name: string; readonly short?: string; readonly valued: boolean } | undefined {
  const [, short, name] = /^(?:-(\w), )?--([a-z-]+)/.exec(flags) ?? []
  return name === undefined ? undefined : { name, ...(short === undefined ? {} : { short }), valued: /[<[]/.test(flags) }
}
