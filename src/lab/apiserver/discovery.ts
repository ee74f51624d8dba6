import { groupVersion, type Resource } from './resource.ts'
import { reviewKinds } from './reviews.ts'
import { compact, type Tree } from './json.ts'

const gitVersion = 'v1.36.3'

/** The answer of `/version`. It says in every field that a person reads that this is no cluster. */
export const version = {
  major: '1',
  minor: '36',
  gitVersion: `${gitVersion}+lab.embedded`,
  gitCommit: 'embedded-lab',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none (lab, embedded API)',
  compiler: 'none',
  platform: 'lab/embedded',
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const reviewGroups = ['authorization.k8s.io', 'authentication.k8s.io']

/** Versions by group, preferred first, in the order in which the groups came. */
function groupsOf(resources: Iterable<Resource>): Map<string, string[]> {
  const groups = new Map<string, Set<string>>([['', new Set()]])
  for (const { group, versions } of resources)
    groups.set(group, new Set([...(groups.get(group) ?? []), ...versions.map(({ name }) => name)]))
  for (const group of reviewGroups) groups.set(group, new Set(['v1']))
  return new Map([...groups].map(([group, versions]) => [group, [...versions]]))
}

/** Answers the discovery paths; undefined for any other. */
export function discover(path: string, resources: readonly Resource[]): Tree | undefined {
  const groups = groupsOf(resources)
  const [root, group, served, more] = path.slice(1).replace(/\/$/, '').split('/')
  if (path === '/api' || path === '/api/') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  if (root === 'api' && served === undefined) return group === 'v1' ? resourceList('', 'v1', resources) : undefined
  if (root !== 'apis' || more !== undefined) return undefined
  if (group === undefined)
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...groups].filter(([name]) => name !== '').map(([name, versions]) => groupOf(name, versions)),
    }
  const versions = groups.get(group)
  if (group === '' || versions === undefined) return undefined
  if (served === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, versions) }
  return versions.includes(served) ? resourceList(group, served, resources) : undefined
}

function groupOf(name: string, names: readonly string[]): Tree {
  const versions = names.map((version) => ({ groupVersion: groupVersion(name, version), version }))
  return { name, versions, preferredVersion: versions[0] }
}

function resourceList(group: string, served: string, resources: readonly Resource[]): Tree {
  const kept = resources.filter((resource) => resource.group === group && resource.versions.some(({ name }) => name === served))
  const asked = Object.entries(reviewKinds).filter(([key]) => key.endsWith(`.${group}`) && group !== '')
  const questions = asked.map(([key, kind]) => ({
    name: key.split('.')[0],
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }))
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersion(group, served),
    resources: [...kept.flatMap(entries), ...questions],
  }
}

function entries({ plural, singular, namespaced, kind, shortNames, categories, status, scale }: Resource): Tree[] {
  const main = compact({
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    shortNames: shortNames.length > 0 ? shortNames : undefined,
    categories: categories.length > 0 ? categories : undefined,
  })
  const sub = (name: string, more: Tree) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'patch', 'update'],
    ...more,
  })
  return [
    main,
    ...(status ? [sub('status', {})] : []),
    ...(scale ? [sub('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' })] : []),
  ]
}

/**
 * OpenAPI v3 as far as kubectl reads it: which kinds there are, that PATCH takes `dryRun` and `fieldValidation`, and the schemas of custom resources.
 * Undefined for a path that is not served.
 */
export function openApi(path: string, resources: readonly Resource[]): Tree | undefined {
  const documents = [...groupsOf(resources)].flatMap(([group, versions]) =>
    versions.map((one) => ({ group, one, at: group === '' ? `api/${one}` : `apis/${group}/${one}` })),
  )
  if (path === '/openapi/v3')
    return { paths: Object.fromEntries(documents.map(({ at }) => [at, { serverRelativeURL: `/openapi/v3/${at}` }])) }
  const document = documents.find(({ at }) => path === `/openapi/v3/${at}`)
  return document && schemasOf(document.group, document.one, document.at, resources)
}

function schemasOf(group: string, served: string, at: string, resources: readonly Resource[]): Tree {
  const paths: Tree = {}
  const schemas: Tree = {}
  for (const { kind, plural, namespaced, versions, ...resource } of resources) {
    const version = resource.group === group ? versions.find(({ name }) => name === served) : undefined
    if (version === undefined) continue
    const gvk = { group, version: served, kind }
    const name = `lab.${group || 'core'}.${served}.${kind}`
    const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((parameter) => ({
      name: parameter,
      in: 'query',
      schema: { type: 'string' },
    }))
    const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
    const operation = (action: string) => ({
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': gvk,
      parameters,
      responses: { 200: { description: 'OK', content } },
    })
    const base = `/${at}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
    paths[base] = { get: operation('list'), post: operation('post') }
    paths[`${base}/{name}`] = { get: operation('get'), put: operation('put'), patch: operation('patch'), delete: operation('delete') }
    const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    schemas[name] = { ...(version.schema ?? any), 'x-kubernetes-group-version-kind': [gvk] }
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes (lab, embedded API)', version: gitVersion }, paths, components: { schemas } }
}
