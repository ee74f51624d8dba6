import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAuthority } from '../../../src/lab/pki.ts'

interface Stored {
  readonly body: Buffer
  readonly type: string
}

/** A registry of the OCI distribution specification on loopback, as much of it as Helm needs to push and to pull: TLS by an authority of its own, one user. */
export interface OciRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** PEM of who has signed for it. */
  readonly ca: string
  /** `METHOD path`, in the order in which they came. */
  readonly asked: readonly string[]
  /** Makes a tag name another tag's manifest. */
  retag(repository: string, from: string, to: string): void
  /** One byte of every blob is another from now on. */
  spoil(): void
  close(): Promise<void>
}

export interface RegistryUser {
  readonly name: string
  readonly password: string
}

export async function openOciRegistry(user?: RegistryUser): Promise<OciRegistry> {
  const authority = createAuthority('registry of a test', Date.now())
  const pair = authority.issueServer(['127.0.0.1'])
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Stored>()
  const uploads = new Map<string, Buffer>()
  const asked: string[] = []
  let spoilt = false

  const refused = (code: number, response: ServerResponse, error: string): void => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: error, message: error }] }))
  }

  const answer = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'https://registry')
    const head = request.method === 'HEAD'
    const give = (code: number, headers: Readonly<Record<string, string | number>>, content: Buffer = Buffer.alloc(0)): void => {
      response.writeHead(code, { 'content-length': content.length, ...headers }).end(head ? undefined : content)
    }
    const digest = url.searchParams.get('digest')
    if (url.pathname === '/v2/') return give(200, {})
    const upload = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(url.pathname)
    if (upload !== null) {
      const [, repository = '', given = ''] = upload
      const id = given === '' ? String(uploads.size + 1) : given
      const whole = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body])
      uploads.set(id, whole)
      if (digest === null)
        return give(202, { location: `/v2/${repository}/blobs/uploads/${id}`, range: `0-${Math.max(0, whole.length - 1)}` })
      if (digestOf(whole) !== digest) return refused(400, response, 'DIGEST_INVALID')
      blobs.set(digest, whole)
      return give(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest })
    }
    const blob = /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/.exec(url.pathname)?.[1]
    if (blob !== undefined) {
      const content = blobs.get(blob)
      if (content === undefined) return refused(404, response, 'BLOB_UNKNOWN')
      const sent = spoilt ? Buffer.concat([content.subarray(0, -1), Buffer.from([~(content.at(-1) ?? 0) & 0xff])]) : content
      return give(200, { 'content-type': 'application/octet-stream', 'docker-content-digest': blob }, sent)
    }
    const [, repository = '', reference = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? []
    if (reference !== '' && request.method === 'PUT') {
      const stored = { body, type: request.headers['content-type'] ?? '' }
      for (const name of [reference, digestOf(body)]) manifests.set(`${repository}:${name}`, stored)
      return give(201, { location: `/v2/${repository}/manifests/${digestOf(body)}`, 'docker-content-digest': digestOf(body) })
    }
    if (reference !== '') {
      const found = manifests.get(`${repository}:${reference}`)
      if (found === undefined) return refused(404, response, 'MANIFEST_UNKNOWN')
      return give(200, { 'content-type': found.type, 'docker-content-digest': digestOf(found.body) }, found.body)
    }
    const listed = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname)?.[1]
    if (listed === undefined) return refused(404, response, 'NAME_UNKNOWN')
    const names = [...manifests.keys()].filter((key) => key.startsWith(`${listed}:`)).map((key) => key.slice(listed.length + 1))
    const tags = names.filter((name) => !name.startsWith('sha256:'))
    return give(200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ name: listed, tags })))
  }

  const server: Server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
      const basic = user === undefined ? undefined : `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
      if (basic !== undefined && request.headers.authorization !== basic) {
        response.setHeader('www-authenticate', 'Basic realm="registry"')
        return refused(401, response, 'UNAUTHORIZED')
      }
      answer(request, Buffer.concat(parts), response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.cert,
    asked,
    retag(repository, from, to) {
      const found = manifests.get(`${repository}:${from}`)
      if (found === undefined) throw new Error(`no ${repository}:${from}`)
      manifests.set(`${repository}:${to}`, found)
    },
    spoil: () => void (spoilt = true),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const digestOf = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`
