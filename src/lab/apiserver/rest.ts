import { parse as parseYaml } from 'yaml'
import { jsonAnswer, type Answer, type StreamAnswer } from './answer.ts'
import * as error from './api-error.ts'
import type { WriteOptions } from './admission.ts'
import { actingUser, allowed } from './authorization.ts'
import { discover, openApi, version } from './discovery.ts'
import { applyJsonPatch } from './json-patch.ts'
import { isMap, timestamp, type KubeObject, type Tree } from './json.ts'
import { Lists } from './lists.ts'
import { applyMergePatch, applyStrategicMergePatch } from './merge-patch.ts'
import { inVersion, type Objects } from './objects.ts'
import { decodeProtobuf } from './protobuf.ts'
import { isWatch, parseResourcePath, verbOf, type ApiRequest, type ResourcePath } from './request.ts'
import { groupVersion, keyOf, type Target } from './resource.ts'
import { reviewKinds, reviews } from './reviews.ts'
import { scaleOf, withScale } from './scale.ts'
import { itemTextOf, textOf } from './store.ts'
import { partial, TableWriter } from './tables.ts'
import { Watches } from './watches.ts'

/** One cluster's API: a request in, an answer out. Knows no sockets. */
export class Rest {
  readonly lists: Lists
  readonly watches: Watches
  readonly #objects: Objects

  constructor(objects: Objects, bookmarkEvery?: number) {
    this.#objects = objects
    this.lists = new Lists(objects.store)
    this.watches = new Watches(objects.store, bookmarkEvery)
  }

  /** Never throws: what goes wrong is an answer, too. */
  answer(request: ApiRequest): Answer | StreamAnswer {
    return this.#answered(request, (acting) => this.#route(acting))
  }

  /** The Pod's port that a request for an upgrade may have, or the answer that it gets instead. Never throws. */
  forwarded(request: ApiRequest): Answer | ForwardedPort {
    return this.#answered(request, (acting) => {
      const at = parseResourcePath(acting.path)
      if (at === undefined || !isPortForward(at)) throw error.notOffered()
      return this.#portForward(acting, at)
    })
  }

  #answered<T>(request: ApiRequest, act: (request: ApiRequest) => T): T | Answer {
    try {
      const user = actingUser(this.#objects, request.user, request.headers)
      if (user === undefined)
        throw new error.ApiError(
          403,
          'Forbidden',
          `users is forbidden: User "${request.user.name}" cannot impersonate resource "users"`,
          {},
        )
      return act({ ...request, user })
    } catch (cause) {
      const failure =
        cause instanceof error.ApiError
          ? cause
          : new error.ApiError(500, 'InternalError', `Internal error occurred: ${cause instanceof Error ? cause.stack : cause}`)
      return jsonAnswer(failure.code, failure.status(), failure.headers)
    }
  }

  #route(request: ApiRequest): Answer | StreamAnswer {
    const at = parseResourcePath(request.path)
    if (at === undefined || (at.plural === '' && at.name === undefined)) return this.#atPath(request)
    const verb = verbOf(request, at)
    const { group, plural, subresource, namespace, name } = at
    const call = {
      verb,
      group,
      resource: plural,
      ...(subresource && { subresource }),
      namespace: namespace ?? (plural === 'namespaces' ? name : undefined),
      name,
    }
    if (!allowed(this.#objects, request.user, call)) throw forbidden(request, at, verb)
    const review = reviews[`${plural}.${group}`]
    if (review !== undefined && request.method === 'POST') {
      const named = { apiVersion: groupVersion(group, at.version), kind: reviewKinds[`${plural}.${group}`], ...bodyOf(request) }
      return jsonAnswer(201, review(this.#objects, request.user, named))
    }
    if (isPortForward(at)) {
      this.#portForward(request, at)
      throw error.badRequest('Upgrade request required')
    }
    const target = this.#targetOf(at)
    if (subresource !== undefined && !isServed(target, subresource)) throw error.notOffered()
    if (name === undefined) return this.#onCollection(request, target)
    return this.#onObject(request, target, name, subresource)
  }

  /** By WebSocket a port is asked for with GET; the right to `create` is asked for too, as real servers do since 1.35. */
  #portForward(request: ApiRequest, at: ResourcePath): ForwardedPort {
    const { group, plural, namespace = '', name = '' } = at
    for (const verb of ['get', 'create'])
      if (!allowed(this.#objects, request.user, { verb, group, resource: plural, subresource: 'portforward', namespace, name }))
        throw forbidden(request, at, verb)
    const pod = this.#objects.get(this.#targetOf(at), name)
    if (pod['status']?.phase !== 'Running') throw error.badRequest(`pod ${name} does not have a host assigned`)
    const port = Number(request.query.get('ports'))
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw error.badRequest('query parameter "ports" is required')
    return { namespace, pod: name, port }
  }

  #atPath(request: ApiRequest): Answer {
    const { path, user, method } = request
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    if (!allowed(this.#objects, user, { verb, path }))
      throw new error.ApiError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {})
    if (['/healthz', '/readyz', '/livez'].some((root) => path === root || path.startsWith(`${root}/`)))
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }
    if (path === '/version' || path === '/version/') return jsonAnswer(200, version)
    const resources = [...this.#objects.resources.values()]
    const found = discover(path, resources) ?? openApi(path, resources)
    if (found === undefined) throw error.unknownPath()
    return jsonAnswer(200, found)
  }

  #targetOf({ group, version: served, plural, namespace }: ResourcePath): Target {
    const resource = this.#objects.resources.get(keyOf({ group, plural }))
    if (
      resource === undefined ||
      !resource.versions.some(({ name }) => name === served) ||
      (namespace !== undefined && !resource.namespaced)
    )
      throw error.unknownPath()
    return { resource, version: served, namespace }
  }

  #onCollection(request: ApiRequest, target: Target): Answer | StreamAnswer {
    const { query, method } = request
    if (method === 'GET') return isWatch(query) ? this.#watch(request, target) : this.#list(request, target)
    if (method === 'POST')
      return this.#written(201, request, target, (options) => this.#objects.create(inNamespace(target), bodyOf(request), options))
    if (method !== 'DELETE') throw notAllowed()
    const options = deleteOptions(request)
    const { objects } = this.lists.page(target.resource, target.namespace, query)
    for (const { metadata } of objects) this.#objects.delete({ ...target, namespace: metadata.namespace }, metadata.name, options)
    return jsonAnswer(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
  }

  #onObject(request: ApiRequest, given: Target, name: string, subresource: string | undefined): Answer | StreamAnswer {
    const { method, query } = request
    const objects = this.#objects
    if (method === 'PATCH') refuseUnknownPatch(request, given)
    const target = inNamespace(given)
    if (subresource === 'scale') return this.#scale(request, target, name)
    switch (method) {
      case 'GET':
        if (!isWatch(query)) return this.#shown(request, target, objects.get(target, name))
        query.set('fieldSelector', `metadata.name=${name}`)
        return this.#watch(request, target)
      case 'PUT':
        return this.#written(200, request, target, (options) =>
          objects.update(target, name, withSubresource(options, subresource), () => bodyOf(request)),
        )
      case 'PATCH':
        return this.#written(200, request, target, (options) => {
          try {
            return objects.update(target, name, withSubresource(options, subresource), (current) => patched(request, current))
          } catch (cause) {
            throw cause instanceof error.Undecodable ? error.undecodablePatch(request.body.toString(), cause) : cause
          }
        })
      case 'POST':
        if (subresource !== 'binding') throw notAllowed()
        objects.update(target, name, { manager: managerOf(request) }, (pod) => bound(pod, bodyOf(request), timestamp(objects.now())))
        return jsonAnswer(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
      case 'DELETE':
        return this.#delete(request, target, name)
      default:
        throw notAllowed()
    }
  }

  #delete(request: ApiRequest, target: Target, name: string): Answer {
    const { object, gone } = this.#objects.delete(target, name, deleteOptions(request))
    if (!gone) return jsonAnswer(200, object)
    const { group, plural } = target.resource
    const details = { name, ...(group !== '' && { group }), kind: plural, uid: object.metadata.uid }
    return jsonAnswer(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
  }

  #scale(request: ApiRequest, target: Target, name: string): Answer {
    if (request.method === 'GET') return jsonAnswer(200, scaleOf(this.#objects.get(target, name)))
    if (request.method !== 'PUT' && request.method !== 'PATCH') throw notAllowed()
    const options: WriteOptions = { ...writeOptions(request), subresource: 'scale' }
    const object = this.#objects.update(target, name, options, (current) =>
      withScale(current, request.method === 'PUT' ? bodyOf(request) : patched(request, scaleOf(current))),
    )
    return jsonAnswer(200, scaleOf(object))
  }

  #written(status: number, request: ApiRequest, target: Target, write: (options: WriteOptions) => KubeObject): Answer {
    const options = writeOptions(request)
    const object = write(options)
    const warnings = options.warnings ?? []
    const warning = warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ')
    const shown = this.#shown(request, target, object)
    return { ...shown, status, headers: warning === '' ? shown.headers : { ...shown.headers, warning } }
  }

  #shown(request: ApiRequest, target: Target, object: KubeObject): Answer {
    const as = formOf(request)
    if (as === 'Table')
      return jsonAnswer(200, this.#tables(request, target).write([object], { resourceVersion: object.metadata.resourceVersion }))
    return jsonAnswer(200, as === 'object' ? textOf(object) : partial(object))
  }

  #list(request: ApiRequest, target: Target): Answer {
    const { objects, metadata } = this.lists.page(target.resource, target.namespace, request.query)
    const { resource, version: served } = target
    const as = formOf(request)
    if (as === 'Table') return jsonAnswer(200, this.#tables(request, target).write(objects, metadata))
    if (as !== 'object')
      return jsonAnswer(200, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(partial) })
    const items = objects.map((object) => (resource.custom ? textOf(inVersion(object, target)) : itemTextOf(object)))
    // What has no type of its own in the server says `continue` even where nothing follows.
    const told = resource.custom ? { continue: '', ...metadata } : metadata
    const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: groupVersion(resource.group, served), metadata: told })
    return jsonAnswer(200, `${head.slice(0, -1)},"items":[${items.join(',')}]}`)
  }

  #watch(request: ApiRequest, target: Target): StreamAnswer {
    const as = formOf(request)
    const render = (object: KubeObject, first: boolean): string => {
      if (as === 'object') return textOf(inVersion(object, target))
      const { resourceVersion } = object.metadata
      return JSON.stringify(as === 'Table' ? this.#tables(request, target).write([object], { resourceVersion }, first) : partial(object))
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      start: (sink) => this.watches.start(target, request.query, render, sink),
    }
  }

  #tables({ query }: ApiRequest, { resource, version: served }: Target): TableWriter {
    return new TableWriter(resource, served, query.get('includeObject') ?? 'Metadata', this.#objects.now())
  }
}

export interface ForwardedPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

const isPortForward = ({ group, plural, name, subresource }: ResourcePath): boolean =>
  group === '' && plural === 'pods' && name !== undefined && subresource === 'portforward'

/** In which form the client wants objects: the first one it names that is offered. */
function formOf({ headers }: ApiRequest): 'Table' | 'PartialObjectMetadata' | 'object' {
  for (const range of String(headers['accept'] ?? '').split(',')) {
    const as = /;\s*as=(\w+)/.exec(range)?.[1]
    const version = /;\s*v=(\w+)/.exec(range)?.[1]
    if (!range.includes('json') || (as !== undefined && version !== 'v1')) continue
    if (as === 'Table') return 'Table'
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'PartialObjectMetadata'
    if (as === undefined) return 'object'
  }
  return 'object'
}

/** A namespaced object lives in a namespace, and a list over all of them is no place to create one. */
function inNamespace(target: Target): Target {
  if (target.resource.namespaced && target.namespace === undefined)
    throw error.badRequest('an empty namespace may not be set during creation')
  return target
}

function isServed({ resource }: Target, subresource: string): boolean {
  if (subresource === 'status') return resource.status
  return subresource === 'scale' ? resource.scale : subresource === 'binding' && resource.plural === 'pods'
}

function bodyOf({ body, contentType }: ApiRequest): Tree {
  if (contentType === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(body)
  if (contentType !== '' && !/json|yaml/.test(contentType))
    throw error.unsupportedMedia(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'])
  const value = parsed(body, contentType)
  if (!isMap(value)) throw error.badRequest('the object provided is unrecognized: it is not a map')
  return value
}

function parsed(body: Buffer, contentType: string): unknown {
  try {
    return contentType.includes('yaml') ? parseYaml(body.toString()) : JSON.parse(body.toString())
  } catch (cause) {
    throw error.badRequest(`the body could not be decoded: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const strategicPatch = 'application/strategic-merge-patch+json'

/** What kind of patch it is, is looked at before whether the object is there. */
function refuseUnknownPatch({ contentType }: ApiRequest, { resource }: Target): void {
  if (contentType === 'application/apply-patch+yaml' || contentType === 'application/apply-patch+cbor') throw error.notOffered()
  const offered = resource.custom ? [jsonPatch, mergePatch] : [jsonPatch, mergePatch, strategicPatch]
  if (!offered.includes(contentType)) throw error.unsupportedMedia([...offered, 'application/apply-patch+yaml'])
}

function patched({ body, contentType }: ApiRequest, current: Tree): Tree {
  const patch = parsed(body, contentType)
  if (contentType === jsonPatch) return applyJsonPatch(current, patch)
  if (!isMap(patch)) throw error.badRequest('the patch is not a map')
  return contentType === mergePatch ? (applyMergePatch(current, patch) as Tree) : applyStrategicMergePatch(current, patch)
}

const managerOf = ({ query, userAgent }: ApiRequest): string => query.get('fieldManager') ?? userAgent.split('/')[0] ?? 'unknown'

function writeOptions(request: ApiRequest): WriteOptions {
  const { query } = request
  const fieldValidation = query.get('fieldValidation') || 'Warn'
  if (fieldValidation !== 'Strict' && fieldValidation !== 'Warn' && fieldValidation !== 'Ignore')
    throw error.badRequest(`fieldValidation: Unsupported value: "${fieldValidation}"`)
  return { manager: managerOf(request), dryRun: isDryRun(query.getAll('dryRun')), fieldValidation, warnings: [] }
}

const withSubresource = (options: WriteOptions, subresource: string | undefined): WriteOptions =>
  subresource === 'status' ? { ...options, subresource } : options

function isDryRun(values: readonly string[]): boolean {
  const given = values.filter((value) => value !== '')
  if (given.some((value) => value !== 'All'))
    throw error.badRequest(`dryRun: Unsupported value: "${given.join()}": supported values: "All"`)
  return given.length > 0
}

function deleteOptions(request: ApiRequest) {
  const { query, body } = request
  const given = body.length > 0 ? bodyOf(request) : {}
  const {
    gracePeriodSeconds = query.get('gracePeriodSeconds') ?? undefined,
    propagationPolicy = query.get('propagationPolicy') ?? undefined,
    preconditions = {},
    dryRun = [],
  } = given
  const orphan = given['orphanDependents'] === true ? 'Orphan' : undefined
  return {
    dryRun: isDryRun([...query.getAll('dryRun'), ...dryRun]),
    propagation: propagationPolicy ?? orphan,
    gracePeriodSeconds: gracePeriodSeconds === undefined ? undefined : Number(gracePeriodSeconds),
    uid: preconditions.uid,
    resourceVersion: preconditions.resourceVersion,
  }
}

function bound(pod: KubeObject, binding: Tree, at: string): KubeObject {
  if (pod['spec'].nodeName)
    throw new error.ApiError(409, 'Conflict', `pod ${pod.metadata.name} is already assigned to node "${pod['spec'].nodeName}"`)
  const conditions = [...(pod['status']?.conditions ?? []), { type: 'PodScheduled', status: 'True', lastTransitionTime: at }]
  return { ...pod, spec: { ...pod['spec'], nodeName: binding['target']?.name }, status: { ...pod['status'], conditions } }
}

const notAllowed = () => new error.ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

function forbidden({ user }: ApiRequest, { group, plural, name, namespace, subresource }: ResourcePath, verb: string): error.ApiError {
  const what = error.qualified({ group, plural })
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const message = `${what}${name === undefined ? '' : ` "${name}"`} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  return new error.ApiError(403, 'Forbidden', message, { ...(name && { name }), ...(group && { group }), kind: plural })
}
