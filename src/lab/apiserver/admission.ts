import { invalid, invalidValue, Undecodable, type FieldError } from './api-error.ts'
import { defaultBuiltin, dropEmpty, pruneBuiltin, validateBuiltin } from './builtin-fields.ts'
import { checkTypes } from './builtin-types.ts'
import { isMap, type KubeObject, type Tree } from './json.ts'
import { applyDefaults, prune, validate } from './structural-schema.ts'
import { schemaOf, type Target } from './resource.ts'

/** How a write is meant. `warnings` collects what the caller is to be told beside the answer. */
export interface WriteOptions {
  readonly manager: string
  readonly dryRun?: boolean
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  readonly subresource?: 'status' | 'scale'
  readonly warnings?: string[]
}

/** What a schema cannot say (CEL on a real server): the mistakes in an object, given its former state. */
export type Rules = (object: KubeObject, old: KubeObject | undefined) => FieldError[]

/** Prunes, fills in defaults and checks, in this order and in place. */
export function admit(
  target: Target,
  object: KubeObject,
  old: KubeObject | undefined,
  options: WriteOptions,
  rules: Rules = () => [],
): void {
  const schema = schemaOf(target)
  if (schema === undefined) checkTypes(object)
  const unknown = schema === undefined ? pruneBuiltin(object) : prune(object, schema)
  if (unknown.length > 0) report(unknown, object, options)
  const errors = nameErrors(object)
  if (schema === undefined) {
    dropEmpty(object)
    defaultBuiltin(object)
    errors.push(...validateBuiltin(object, old))
  } else {
    dropEmpty(object.metadata)
    applyDefaults(object, schema)
    const mistakes = validate(object, schema)
    errors.push(...mistakes, ...(mistakes.length === 0 ? rules(object, old) : []))
  }
  if (errors.length > 0) throw invalid(target.resource, object.metadata.name, errors)
}

function report(unknown: readonly string[], object: KubeObject, { fieldValidation = 'Warn', warnings }: WriteOptions): void {
  const messages = unknown.map((path) => `unknown field "${path}"`)
  if (fieldValidation === 'Strict')
    throw new Undecodable(
      `${object.kind} in version "${object.apiVersion.split('/').at(-1)}" cannot be handled as a ${object.kind}: strict decoding error: ${messages.join(', ')}`,
    )
  if (fieldValidation === 'Warn') warnings?.push(...messages)
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const annotationLimit = 262_144

function nameErrors({ kind, metadata }: KubeObject): FieldError[] {
  const { name, labels = {}, annotations = {} } = metadata
  const errors: FieldError[] = []
  if (!name)
    errors.push({ reason: 'FieldValueRequired', field: 'metadata.name', message: 'Required value: name or generateName is required' })
  else if (!/Role(Binding)?$/.test(kind) && (name.length > 253 || !subdomain.test(name)))
    errors.push(
      invalidValue(
        'metadata.name',
        name,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ),
    )
  for (const value of Object.values(labels))
    if (value.length > 63 || !labelValue.test(value))
      errors.push(
        invalidValue(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'",
        ),
      )
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  if (size > annotationLimit)
    errors.push({
      reason: 'FieldValueTooLong',
      field: 'metadata.annotations',
      message: `Too long: may not be more than ${annotationLimit} bytes`,
    })
  return errors
}

/** Metadata is typed on a real server, for custom resources too: a label that is a number cannot even be decoded. */
export function checkMetadata(metadata: Tree): void {
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field]
    if (map === null) delete metadata[field]
    else if (map !== undefined && !isMap(map))
      throw new Undecodable(`json: cannot unmarshal into Go struct field ObjectMeta.metadata.${field} of type map[string]string`)
    for (const value of Object.values(map ?? {})) {
      if (typeof value !== 'string')
        throw new Undecodable(`json: cannot unmarshal ${typeof value} into Go struct field ObjectMeta.metadata.${field} of type string`)
    }
  }
}
