/** An element of a document that is well formed; what is not throws. As much of XML as a JUnit report uses: no comments, CDATA or doctypes. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

export function parseXml(source: string): XmlElement {
  const tokens = /<\?xml[^>]*\?>|<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  interface Open extends XmlElement {
    children: Open[]
    text: string
  }
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  let at = 0
  for (const found of source.matchAll(tokens)) {
    at = found.index + found[0].length
    const top = open.at(-1)
    if (top === undefined) throw new Error('closed twice')
    const [, closing, name, attributes = '', empty, text] = found
    if (text !== undefined) top.text += decoded(text)
    else if (name === undefined) continue
    else if (closing === '/') {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`)
      open.pop()
    } else {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decoded(value)] as const)
      if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error(`an attribute of <${name}> twice`)
      const element: Open = { name, attributes: Object.fromEntries(pairs), children: [], text: '' }
      top.children.push(element)
      if (empty !== '/') open.push(element)
    }
  }
  const [only] = root.children
  if (at !== source.length) throw new Error(`not XML: ${source.slice(at, at + 80)}`)
  if (open.length !== 1 || only === undefined || root.children.length > 1 || root.text.trim() !== '') throw new Error('not one element')
  return only
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#10': '\n' }

function decoded(text: string): string {
  // oxlint-disable-next-line no-control-regex -- XML 1.0 has no such characters
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text)) throw new Error('a character that XML does not have')
  return text.replaceAll(/&([^;\s]*;?)/g, (whole, name: string) => {
    const known = ENTITIES[name.slice(0, -1)]
    if (!name.endsWith(';') || known === undefined) throw new Error(`no entity ${whole}`)
    return known
  })
}
