import type { Resource } from './resource.ts'
import type { Tree } from './json.ts'
import { compact } from './json.ts'

/** One mistake in one field, in the words of the real API server. */
export interface FieldError {
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueTooMany'
    | 'FieldValueTooLong'
    | 'FieldValueForbidden'
    | 'FieldValueTypeInvalid'
  readonly field: string
  readonly message: string
}

/** An answer that is not the one asked for; becomes a `Status` of kind Failure. */
export class ApiError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Tree | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, reason: string, message: string, details?: Tree, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
    this.headers = headers
  }

  status(): Tree {
    const { message, reason, details, code } = this
    return compact({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code })
  }
}

/** A body that cannot be read as an object of its kind. For a patch, the patch is what is wrong with it: see `undecodablePatch`. */
export class Undecodable extends ApiError {
  constructor(message: string) {
    super(400, 'BadRequest', message)
  }
}

export const qualified = ({ plural, group }: Pick<Resource, 'plural' | 'group'>): string => (group === '' ? plural : `${plural}.${group}`)
const detailsOf = (resource: Resource, name: string, more: Tree = {}) =>
  compact({ name, group: resource.group || undefined, kind: resource.plural, ...more })

export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message)
export const unknownPath = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
export const notFound = (resource: Resource, name: string) =>
  new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name))
export const alreadyExists = (resource: Resource, name: string) =>
  new ApiError(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, detailsOf(resource, name))
export const conflict = (
  resource: Resource,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
) => new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, detailsOf(resource, name))
export const expired = (message: string) => new ApiError(410, 'Expired', message)
export const unsupportedMedia = (allowed: readonly string[]) =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${allowed.join(', ')}`,
  )
/** The real server names neither the operation nor the path of a JSON patch that does not fit. */
export const patchRejected = () => new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
export const notOffered = () => new ApiError(501, 'NotImplemented', 'not in the embedded lab, use --engine binaries')

/** 422 with every mistake at once. */
export function invalid(resource: Resource, name: string, errors: readonly FieldError[]): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
  const lines = errors.map(({ field, message }) => `${field}: ${message}`)
  const all = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const causes = errors.map(({ reason, field, message }) => ({ reason, message, field }))
  return new ApiError(
    422,
    'Invalid',
    `${kind} "${name}" is invalid: ${all}`,
    compact({ name, group: resource.group || undefined, kind: resource.kind, causes }),
  )
}

/** As a real server says that what a patch makes cannot be read: of no kind and no name. */
export function undecodablePatch(patch: string, { message }: Undecodable): ApiError {
  const { reason, message: why, field } = invalidValue('patch', patch, message.replace(/^.* cannot be handled as a \w+: /, ''))
  return new ApiError(422, 'Invalid', ` "" is invalid: ${field}: ${why}`, { causes: [{ reason, message: why, field }] })
}

const shown = (value: unknown) => JSON.stringify(value) ?? 'null'
export const invalidValue = (field: string, value: unknown, why: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}: ${why}`,
})
export const requiredValue = (field: string, why = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: `Required value${why && `: ${why}`}`,
})
export const duplicateValue = (field: string, value: unknown): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
})
