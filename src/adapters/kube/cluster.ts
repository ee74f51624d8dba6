import type { Deadline, WriteResult } from '../../domain/change.ts'
import type { Observation } from '../../domain/observation.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ApiText, Cluster, Kind, KubeObject, ListOptions, ListPage, Right } from '../../ports/cluster.ts'
import { room } from '../body.ts'
import type { HttpAnswer, HttpFailure } from '../fetch-once.ts'
import type { Contexts } from './contexts.ts'
import { isAbsence, isFailedTest, jsonOf, messageOf, objectOf, pageOf, query } from './kube-answer.ts'
import { envelopeOf } from './list-envelope.ts'
import { kubePath } from './kube-path.ts'
import type { PodPort } from './pod-port.ts'
import { apiSession, type ApiSession, type SessionLimits } from './session.ts'
import { withoutValue, type Seen } from './without-value.ts'
import { unusableCluster } from './unusable-cluster.ts'
import { watchKind } from './watch.ts'

export interface OpenCluster extends SessionLimits {
  readonly center: string
  /** The kubeconfig context's name. */
  readonly context: string
  readonly contexts: Contexts
  readonly clock: Clock
  /** For `User-Agent: tricenter/<version>`. */
  readonly version: string
  /** Objects a page of a list asks for. */
  readonly pageSize?: number
}

const FIELD_MANAGER = 'tricenter'
const PAGE_SIZE = 2000

/** The API of one center. It connects with the first call; a context that cannot be used gives a cluster that says so. */
export function openCluster({ center, context, contexts, clock, version, pageSize = PAGE_SIZE, ...limits }: OpenCluster): Cluster {
  const access = contexts.access(context)
  if (typeof access === 'string') return unusableCluster(center, access, clock)
  const session = apiSession(access, clock, version, limits)
  const closed = new AbortController()
  return {
    center,
    get: (kind, namespace, name, deadline) => timed(clock, () => get(session, kind, namespace, name, deadline)),
    list: (kind, options, deadline) => timed(clock, () => list(session, kind, options, deadline, pageSize)),
    pages: (kind, options, deadline) => listPages(session, clock, kind, options, deadline, pageSize),
    watch: (kind, options, deadline, signal) =>
      watchKind({ session, access, clock, version, closed: closed.signal }, kind, options, deadline, signal),
    patch: (kind, namespace, name, operations, deadline, subresource) =>
      write(session, 'PATCH', kubePath(kind, namespace, name, subresource), 'application/json-patch+json', operations, deadline),
    create: (kind, object, deadline) =>
      write(session, 'POST', kubePath(kind, object.metadata.namespace), 'application/json', object, deadline),
    remove: (kind, namespace, name, preconditions, deadline) => {
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions }
      return write(session, 'DELETE', kubePath(kind, namespace, name), 'application/json', options, deadline)
    },
    read: (path, deadline) => timed(clock, () => readText(session, path, deadline)),
    fromPod: (namespace, pod, port, path, deadline) =>
      timed(clock, () => fromPod(session, { access, namespace, pod, port }, path, clock, deadline)),
    allowed: (right, deadline) => timed(clock, () => allowed(session, right, deadline)),
    close: async () => {
      closed.abort()
      await session.close()
    },
  }
}

async function timed<T>(clock: Clock, see: () => Promise<Seen<T>>): Promise<Observation<T>> {
  const began = clock.monotonic()
  const seen = await see()
  return { ...seen, at: clock.now(), took: clock.monotonic() - began }
}

async function read<T>(result: HttpAnswer | HttpFailure, parse: (json: unknown) => T | undefined, expected: string): Promise<Seen<T>> {
  if (!('status' in result) || result.status < 200 || result.status > 299) return withoutValue(result)
  const body = jsonOf(result)
  if ('why' in body) return { state: 'unknown', why: body.why }
  const value = parse(body.json)
  return value === undefined ? { state: 'unknown', why: `the answer is not ${expected}` } : { state: 'present', value }
}

async function get(
  session: ApiSession,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  deadline: Deadline,
): Promise<Seen<KubeObject>> {
  const answer = await session.read('GET', kubePath(kind, namespace, name), deadline)
  return await read(answer, (json) => objectOf(json, kind.kind), `one of kind ${kind.kind}`)
}

async function list(
  session: ApiSession,
  kind: Kind,
  options: ListOptions,
  deadline: Deadline,
  pageSize: number,
): Promise<Seen<readonly KubeObject[]>> {
  const first = await pages(session, kind, options, deadline, pageSize)
  const result = first === 'expired' ? await pages(session, kind, options, deadline, pageSize) : first
  return result === 'expired' ? { state: 'unknown', why: 'the list expired twice while it was read' } : result
}

/** All pages of one list. `expired`: its continue token is too old (410). */
async function pages(
  session: ApiSession,
  kind: Kind,
  options: ListOptions,
  deadline: Deadline,
  pageSize: number,
): Promise<Seen<readonly KubeObject[]> | 'expired'> {
  const items: KubeObject[] = []
  const tokens = new Set<string>()
  for (let next: string | undefined; ;) {
    const { labelSelector, fieldSelector, namespace } = options
    const path = kubePath(kind, namespace) + query({ limit: String(pageSize), continue: next, labelSelector, fieldSelector })
    const answer = await session.read('GET', path, deadline)
    if ('status' in answer && answer.status === 410) return 'expired'
    const page = await read(answer, (json) => pageOf(json, kind.kind), `a list of kind ${kind.kind}`)
    if (page.state !== 'present')
      return page.state === 'absent' && next !== undefined ? { state: 'unknown', why: 'the list ended in the middle' } : page
    items.push(...page.value.items)
    next = page.value.next
    if (next === undefined) return { state: 'present', value: items }
    if (tokens.has(next)) return { state: 'unknown', why: 'the list goes round in a circle' }
    tokens.add(next)
  }
}

/** Page by page, as bytes. A 410 in the middle starts over once. */
async function* listPages(
  session: ApiSession,
  clock: Clock,
  kind: Kind,
  options: ListOptions,
  deadline: Deadline,
  pageSize: number,
): AsyncGenerator<Observation<ListPage>> {
  const { labelSelector, fieldSelector, namespace } = options
  const memory = room()
  const ask = async (token?: string) => {
    const began = clock.monotonic()
    const path = kubePath(kind, namespace) + query({ limit: String(pageSize), continue: token, labelSelector, fieldSelector })
    const answer = await session.read('GET', path, deadline, { room: memory })
    return { answer, at: clock.now(), took: clock.monotonic() - began }
  }
  const tokens = new Set<string>()
  let token: string | undefined
  let again = false
  let anew = false
  let asked = ask()
  do {
    const { answer, ...when } = await asked
    if ('status' in answer && answer.status === 410) {
      if (again) {
        yield { ...when, state: 'unknown', why: 'the list expired twice while it was read' }
        return
      }
      again = anew = true
      token = undefined
      tokens.clear()
      asked = ask()
      continue
    }
    if (!('status' in answer) || answer.status < 200 || answer.status > 299) {
      const gap = withoutValue(answer)
      const seen: Seen<never> =
        gap.state === 'absent' && token !== undefined ? { state: 'unknown', why: 'the list ended in the middle' } : gap
      yield { ...when, ...seen }
      return
    }
    const envelope = envelopeOf(answer, kind.kind)
    if ('why' in envelope) {
      yield { ...when, state: 'unknown', why: envelope.why }
      return
    }
    const { next, ...page } = envelope
    const circle = next !== undefined && tokens.has(next)
    token = next
    if (next !== undefined) {
      tokens.add(next)
      // It is on its way while this one is looked at.
      if (!circle) asked = ask(next)
    }
    const free = page.bytes === answer.body ? { free: () => memory.free(page.bytes) } : {}
    yield { ...when, state: 'present', value: { ...page, anew, ...free } }
    anew = false
    if (circle) {
      yield { ...when, state: 'unknown', why: 'the list goes round in a circle' }
      return
    }
  } while (token !== undefined || anew)
}

async function readText(session: ApiSession, path: string, deadline: Deadline): Promise<Seen<ApiText>> {
  const answer = await session.read('GET', path, deadline)
  if (!('status' in answer) || answer.status < 200 || answer.status > 299) return withoutValue(answer)
  const date = Date.parse(String(answer.headers['date'] ?? ''))
  return { state: 'present', value: { text: answer.body.toString('utf8'), ...(Number.isNaN(date) ? {} : { date }) } }
}

async function fromPod(
  session: ApiSession,
  target: Omit<PodPort, 'login'>,
  path: string,
  clock: Clock,
  deadline: Deadline,
): Promise<Seen<string>> {
  const login = await session.login(deadline)
  if ('failed' in login) return withoutValue(login)
  const { namespace, pod, port } = target
  // Node's HTTP comes with it, which nothing else needs.
  const { getFromPod } = await import('./pod-port.ts')
  const answer = await getFromPod({ ...target, login }, path, clock, deadline)
  if ('refused' in answer) {
    // A WebSocket's refusal is a number without words: the same question as a plain request is refused with the server's own.
    const forward = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward${query({ ports: String(port) })}`
    const said = withoutValue(await session.read('GET', forward, deadline))
    const unopened = { state: 'unknown', why: `the API server did not forward the port: it answered ${answer.refused}` } as const
    if (answer.refused === 401 || answer.refused === 403) return said.state === 'forbidden' ? said : { ...unopened, state: 'forbidden' }
    return answer.refused === 404 ? { state: 'absent' } : unopened
  }
  if ('failed' in answer) return { state: answer.failed === 'tunnel' ? 'unreachable' : 'unknown', why: answer.why }
  if (answer.status !== 200) return { state: 'unknown', why: `the Pod answered ${answer.status} to ${path}` }
  return { state: 'present', value: answer.body }
}

type Method = 'PATCH' | 'POST' | 'DELETE'

async function write(
  session: ApiSession,
  method: Method,
  path: string,
  type: string,
  body: unknown,
  deadline: Deadline,
): Promise<WriteResult> {
  const manager = method === 'DELETE' ? '' : query({ fieldManager: FIELD_MANAGER })
  const result = await session.write(method, path + manager, type, JSON.stringify(body), deadline)
  if (!('status' in result)) {
    if (result.failed === 'login') return { kind: 'rejected', status: 0, message: result.why }
    return { kind: 'unknown', reason: result.failed === 'network' && result.sent ? 'cut' : 'no-answer' }
  }
  if (result.status >= 200 && result.status < 300) {
    const answer = jsonOf(result)
    // A DELETE answers the object on its way out, or a Status.
    const object =
      'json' in answer && typeof answer.json === 'object' && answer.json !== null && 'metadata' in answer.json ? answer.json : undefined
    return object === undefined ? { kind: 'unknown', reason: 'cut' } : { kind: 'applied', object }
  }
  if (method === 'DELETE' && isAbsence(result)) return { kind: 'conflict', reason: 'test-failed' }
  if (result.status === 409) return { kind: 'conflict', reason: method === 'POST' ? 'test-failed' : 'version' }
  if (result.status === 422 && isFailedTest(result)) return { kind: 'conflict', reason: 'test-failed' }
  if (result.status >= 500) return { kind: 'unknown', reason: 'no-answer' }
  return { kind: 'rejected', status: result.status, message: messageOf(result) }
}

async function allowed(session: ApiSession, right: Right, deadline: Deadline): Promise<Seen<boolean>> {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: right } }
  const answer = await session.read('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', deadline, {
    body: JSON.stringify(review),
  })
  return await read(answer, verdictOf, 'an access review')
}

function verdictOf(json: unknown): boolean | undefined {
  const status: unknown = typeof json === 'object' && json !== null && 'status' in json ? json.status : undefined
  return typeof status === 'object' && status !== null && 'allowed' in status && typeof status.allowed === 'boolean'
    ? status.allowed
    : undefined
}
