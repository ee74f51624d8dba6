import { badRequest, patchRejected } from './api-error.ts'
import { isMap, same, type Tree } from './json.ts'

/**
 * Applies an RFC 6902 patch as the Go library does that the real API server uses (json-patch v4), where it differs from the standard:
 * `replace` sets a key that the map lacks, and `test` with null holds for an absent key. Any operation that does not fit rejects the whole patch with a 422.
 * `document` must be the caller's own copy: it is changed in place, and of no use after an error.
 */
export function applyJsonPatch(document: Tree, operations: unknown): Tree {
  if (!Array.isArray(operations)) throw badRequest('json: cannot unmarshal the body into a JSON patch: it is not a list')
  const root: Tree = { '': document }
  for (const operation of operations) applyOperation(root, operation)
  if (!isMap(root[''])) throw patchRejected()
  return root['']
}

function applyOperation(root: Tree, operation: unknown): void {
  if (!isMap(operation) || typeof operation['path'] !== 'string') throw patchRejected()
  const { op, value = null } = operation
  const at = locate(root, operation['path'])
  switch (op) {
    case 'add':
      return insert(at, structuredClone(value))
    case 'remove':
      return void take(at)
    case 'replace':
      return replace(at, structuredClone(value))
    case 'test':
      if (!same(read(at) ?? null, value)) throw patchRejected()
      return
    case 'copy':
      return insert(at, structuredClone(present(locate(root, from(operation)))))
    case 'move':
      // RFC 6902: nothing can be moved into itself.
      if (operation.path.startsWith(`${operation.from}/`)) throw patchRejected()
      return insert(at, take(locate(root, from(operation))))
    default:
      throw patchRejected()
  }
}

interface Location {
  readonly parent: Tree | unknown[]
  readonly key: string
}

function from(operation: Tree): string {
  if (typeof operation['from'] !== 'string') throw patchRejected()
  return operation['from']
}

/** The parent of what `pointer` names. The root stands under the key '' of a map of its own, so that it has a parent too. */
function locate(root: Tree, pointer: string): Location {
  if (pointer !== '' && !pointer.startsWith('/')) throw patchRejected()
  const keys = pointer.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  let parent: unknown = root
  for (const key of keys) parent = Array.isArray(parent) ? parent[index(key, parent.length - 1)] : isMap(parent) ? parent[key] : undefined
  if (!Array.isArray(parent) && !isMap(parent)) throw patchRejected()
  return { parent, key: last }
}

/** A position in a list, counted from its end when negative. */
function index(key: string, highest: number): number {
  if (!/^-?\d+$/.test(key)) throw patchRejected()
  const position = Number(key) < 0 ? Number(key) + highest + 1 : Number(key)
  if (position < 0 || position > highest) throw patchRejected()
  return position
}

const read = ({ parent, key }: Location): unknown => (Array.isArray(parent) ? parent[index(key, parent.length - 1)] : parent[key])

function present(at: Location): unknown {
  if (!Array.isArray(at.parent) && !Object.hasOwn(at.parent, at.key)) throw patchRejected()
  return read(at)
}

function insert({ parent, key }: Location, value: unknown): void {
  if (!Array.isArray(parent)) parent[key] = value
  else if (key === '-') parent.push(value)
  else parent.splice(index(key, parent.length), 0, value)
}

function replace({ parent, key }: Location, value: unknown): void {
  if (Array.isArray(parent)) parent[index(key, parent.length - 1)] = value
  else parent[key] = value
}

function take(at: Location): unknown {
  const value = present(at)
  if (Array.isArray(at.parent)) at.parent.splice(index(at.key, at.parent.length - 1), 1)
  else delete at.parent[at.key]
  return value
}
