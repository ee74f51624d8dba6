import { parseAllDocuments } from 'yaml'

/** One document of what Helm rendered, as it stood there. */
export interface RenderedDocument {
  readonly text: string
  /** Undefined: empty, or nothing but comments. */
  readonly value: unknown
}

/**
 * Splits a render into its documents, each with its text, so that what is not changed stays to the letter. YAML 1.1, as Helm reads it: `yes` is a boolean there.
 * Throws an error fit for people where a document cannot be read.
 */
export function renderedDocuments(render: string): readonly RenderedDocument[] {
  return render.split(/^---[^\S\n]*$/m).map((text) => {
    const [document] = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false }) as ReturnType<typeof parseAllDocuments> &
      unknown[]
    const [error] = document?.errors ?? []
    if (error !== undefined) throw new Error(`what Helm rendered is not YAML: ${error.message.split('\n')[0] ?? ''}`)
    const value: unknown = document?.toJS()
    return { text, value: value ?? undefined }
  })
}

/** The text of a whole render again. Changed documents are written as JSON, which YAML 1.1 and 1.2 read alike. */
export function renderedText(documents: readonly RenderedDocument[], changed: (value: unknown) => unknown): string {
  return documents
    .map(({ text, value }) => {
      const after = value === undefined ? value : changed(value)
      return after === value ? text : `\n${JSON.stringify(after)}\n`
    })
    .join('---')
}
