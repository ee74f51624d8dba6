import { Undecodable } from './api-error.ts'
import { isMap, type KubeObject } from './json.ts'

type Shape = 'string' | 'number' | 'boolean' | 'texts' | readonly [Fields] | Fields
interface Fields {
  readonly [field: string]: Shape
}

const ports: readonly [Fields] = [{ name: 'string', containerPort: 'number', hostPort: 'number', protocol: 'string', hostIP: 'string' }]
const containers: readonly [Fields] = [
  { name: 'string', image: 'string', imagePullPolicy: 'string', workingDir: 'string', ports, env: [{ name: 'string', value: 'string' }] },
]
const meta: Fields = { labels: 'texts', annotations: 'texts' }
const workload: Fields = {
  spec: {
    replicas: 'number',
    minReadySeconds: 'number',
    paused: 'boolean',
    selector: { matchLabels: 'texts' },
    template: { metadata: meta, spec: { containers, initContainers: containers, nodeSelector: 'texts' } },
  },
}

/** The types of the fields that everyday writes touch, by kind; what is not named here is taken as it comes. */
const shapes: Readonly<Record<string, Fields>> = {
  ConfigMap: { data: 'texts', binaryData: 'texts', immutable: 'boolean' },
  Secret: { data: 'texts', stringData: 'texts', type: 'string' },
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  Pod: { spec: { containers, initContainers: containers } },
  Service: { spec: { selector: 'texts', ports: [{ name: 'string', port: 'number', protocol: 'string' }], type: 'string' } },
}

/** Built-ins are typed on a real server: what does not fit cannot even be decoded. Throws an `Undecodable`; null fits everywhere. */
export function checkTypes(object: KubeObject): void {
  const shape = shapes[object.kind]
  const wrong = shape === undefined ? undefined : misfit(object, shape, '')
  if (wrong === undefined) return
  const { kind, apiVersion } = object
  throw new Undecodable(`${kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind}: ${wrong}`)
}

function misfit(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  const found = Array.isArray(value) ? 'array' : typeof value
  const wrong = `json: cannot unmarshal ${found} into Go struct field ${path.slice(1)}`
  if (typeof shape === 'string' && shape !== 'texts') {
    const fits = shape === 'number' ? Number.isInteger(value) : found === shape
    return fits ? undefined : `${wrong} of type ${shape}`
  }
  if (shape === 'texts') {
    if (!isMap(value)) return `${wrong} of type map[string]string`
    const odd = Object.entries(value).find(([, inner]) => typeof inner !== 'string' && inner !== null)
    return odd === undefined ? undefined : `json: cannot unmarshal ${typeof odd[1]} into Go struct field ${path.slice(1)} of type string`
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${wrong} of type list`
    return first(value, (item) => misfit(item, shape[0], path))
  }
  if (!isMap(value)) return `${wrong} of type object`
  return first(Object.entries(shape), ([field, inner]) => misfit(value[field], inner, `${path}.${field}`))
}

const isList = (shape: Shape): shape is readonly [Fields] => Array.isArray(shape)

function first<T>(of: readonly T[], look: (one: T) => string | undefined): string | undefined {
  for (const one of of) {
    const found = look(one)
    if (found !== undefined) return found
  }
}
