/** A name as people write it: plain, or in quotes with nothing in them that YAML would read otherwise. */
const NAME = String.raw`(?:[\w./][\w.@:/+=-]*[\w.@/+=-]|[\w./]|'[^'\\]*'|"[^"\\]*")`
const END = String.raw`\s*(?:\s#.*)?$`
const TOP = /^([A-Za-z][\w-]*):(?:\s+(.*))?$/
const KEY = new RegExp(String.raw`^(${NAME}):(?:\s|$)`)
const ITEM = /^-(\s+)(\S.*)$/
const SCALAR = new RegExp(`^(${NAME})${END}`)
const NAMED = new RegExp(String.raw`^(?:name|'name'|"name"):\s+(${NAME})${END}`)
const LISTED = new RegExp(String.raw`^\[\s*(${NAME}(?:\s*,\s*${NAME})*)?\s*\]${END}`)

interface Line {
  readonly depth: number
  readonly text: string
}

/**
 * Names in what a YAML text says under a key of its top level: the keys of a map, the entries of a list, or the `name` of each.
 * It reads texts written line by line, as people and kubectl write them, where what stands deeper than a line belongs to that line. Of any other it is undefined:
 * those take a parser, and that takes longer to load and to warm up than all else that a Tab waits for. Mistakes elsewhere in the text go unnoticed.
 */
export function namesUnder(key: string, content: string): readonly string[] | undefined {
  const lines = linesOf(content)
  const start = lines.findIndex(({ depth, text }) => depth === 0 && TOP.exec(text)?.[1] === key)
  const rest = lines.slice(start + 1)
  if (!lines.every(({ depth, text }) => depth > 0 || TOP.test(text) || ITEM.test(text))) return undefined
  if (start === -1) return []
  const end = rest.findIndex(({ depth, text }) => depth === 0 && !ITEM.test(text))
  const under = end === -1 ? rest : rest.slice(0, end)
  const said = (TOP.exec(lines[start]?.text ?? '')?.[2] ?? '').replace(/^#.*/, '')
  if (said === '') return ITEM.test(under[0]?.text ?? '') ? namesOfList(under) : keysOf(under)
  const listed = under.length === 0 ? LISTED.exec(said) : null
  return listed === null ? undefined : (listed[1]?.split(/\s*,\s*/) ?? []).map(bare)
}

/** Without what is empty or a comment. Inside a text over several lines such a line is no loss: it stands deeper than what counts. */
function linesOf(content: string): readonly Line[] {
  const lines = content.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line))
  if (/^---\s*$/.test(lines[0] ?? '')) lines.shift()
  return lines.map((line) => {
    const text = line.trimStart()
    return { depth: line.length - text.length, text }
  })
}

function keysOf(lines: readonly Line[]): readonly string[] | undefined {
  const least = lines[0]?.depth ?? 0
  const keys: string[] = []
  for (const { depth, text } of lines) {
    if (depth > least) continue
    const key = depth < least ? undefined : KEY.exec(text)?.[1]
    if (key === undefined) return undefined
    keys.push(bare(key))
  }
  return keys
}

function namesOfList(lines: readonly Line[]): readonly string[] | undefined {
  const least = lines[0]?.depth ?? 0
  const names: string[] = []
  let inner = least
  let ended = false
  for (const { depth, text } of lines) {
    const begun = depth === least ? ITEM.exec(text) : null
    if (begun !== null) inner = least + 1 + (begun[1]?.length ?? 0)
    else if (depth > inner && !ended) continue
    else if (depth !== inner) return undefined
    const entry = begun?.[2] ?? text
    const name = (NAMED.exec(entry) ?? (begun === null ? null : SCALAR.exec(entry)))?.[1]
    ended = name !== undefined
    if (name !== undefined) names.push(bare(name))
    else if (bare(KEY.exec(entry)?.[1] ?? 'name') === 'name') return undefined
  }
  return names
}

const bare = (name: string): string => name.replace(/^(['"])(.*)\1$/, '$2')
