import type { Tree } from './json.ts'
import type { Objects } from './objects.ts'

export interface User {
  readonly name: string
  readonly groups: readonly string[]
}

/** A call as roles speak of it: on a resource, or on a path that is none. */
export interface Attributes {
  readonly verb: string
  readonly group?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly path?: string
}

const rbac = 'rbac.authorization.k8s.io'

/** The rules that bind a user: those of the whole cluster, and those of `namespace` where one is given. */
export function rulesFor(objects: Objects, user: User, namespace: string | undefined): Tree[] {
  const bound = (binding: Tree) => (binding['subjects'] ?? []).some((subject: Tree) => names(subject, user, binding['metadata'].namespace))
  const clusterWide = objects.store.list(`clusterrolebindings.${rbac}`).filter(bound)
  const local = namespace === undefined ? [] : objects.store.list(`rolebindings.${rbac}`, namespace).filter(bound)
  return [...clusterWide, ...local].flatMap(({ roleRef, metadata }) => {
    const role =
      roleRef.kind === 'ClusterRole'
        ? objects.store.get(`clusterroles.${rbac}`, roleRef.name)
        : objects.store.get(`roles.${rbac}`, `${metadata.namespace}/${roleRef.name}`)
    return role?.['rules'] ?? []
  })
}

function names(subject: Tree, { name, groups }: User, namespace: string | undefined): boolean {
  if (subject['kind'] === 'Group') return groups.includes(subject['name'])
  if (subject['kind'] === 'ServiceAccount') return name === `system:serviceaccount:${subject['namespace'] ?? namespace}:${subject['name']}`
  return subject['name'] === name
}

/** The one answer behind every request and every access review. */
export function allowed(objects: Objects, user: User, call: Attributes): boolean {
  return user.groups.includes('system:masters') || rulesFor(objects, user, call.namespace || undefined).some((rule) => covers(rule, call))
}

function covers(rule: Tree, { verb, group = '', resource, subresource, name, path }: Attributes): boolean {
  const has = (list: readonly string[] | undefined, one: string) => list?.some((entry) => entry === '*' || entry === one) === true
  if (!has(rule['verbs'], verb)) return false
  if (path !== undefined)
    return (rule['nonResourceURLs'] ?? []).some((url: string) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))))
  const full = subresource ? `${resource}/${subresource}` : (resource ?? '')
  const resources: string[] | undefined = rule['resources']
  const onResource = has(resources, full) || (subresource !== undefined && resources?.includes(`*/${subresource}`) === true)
  const onName = !rule['resourceNames']?.length || rule['resourceNames'].includes(name ?? '')
  return has(rule['apiGroups'], group) && onResource && onName
}

/** Who a request acts as: its sender, or the user that its `Impersonate-*` headers name (`kubectl --as`). Undefined: it may not. */
export function actingUser(
  objects: Objects,
  user: User,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): User | undefined {
  const name = headers['impersonate-user']
  if (name === undefined) return user
  const given = [headers['impersonate-group'] ?? []].flat().flatMap((groups) => groups.split(',').map((group) => group.trim()))
  const asked = [{ resource: 'users', name: String(name) }, ...given.map((group) => ({ resource: 'groups', name: group }))]
  if (!asked.every((one) => allowed(objects, user, { verb: 'impersonate', ...one }))) return undefined
  const [, , namespace] = String(name).startsWith('system:serviceaccount:') ? String(name).split(':') : []
  const implied = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  return { name: String(name), groups: [...given, ...implied, 'system:authenticated'] }
}

/** The roles that every cluster has and that people rely on; `edit` and `view` are smaller than the real ones. */
export function seedRoles(objects: Objects): void {
  const readable = ['get', 'list', 'watch']
  const writable = [...readable, 'create', 'update', 'patch', 'delete', 'deletecollection']
  const everyday = [
    {
      apiGroups: [''],
      resources: ['configmaps', 'endpoints', 'events', 'pods', 'pods/status', 'serviceaccounts', 'services', 'namespaces'],
    },
    {
      apiGroups: ['apps'],
      resources: ['deployments', 'deployments/scale', 'replicasets', 'replicasets/scale', 'statefulsets', 'statefulsets/scale'],
    },
    { apiGroups: ['autoscaling', 'policy', 'discovery.k8s.io', 'networking.k8s.io'], resources: ['*'] },
  ]
  const discovery = [
    '/api',
    '/api/*',
    '/apis',
    '/apis/*',
    '/healthz',
    '/livez',
    '/openapi',
    '/openapi/*',
    '/readyz',
    '/version',
    '/version/',
  ]
  const open = ['/healthz', '/livez', '/readyz', '/version', '/version/']
  const roles: Record<string, Tree[]> = {
    'cluster-admin': [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
    edit: [...everyday.map((rule) => ({ verbs: writable, ...rule })), { verbs: writable, apiGroups: [''], resources: ['secrets'] }],
    view: everyday.map((rule) => ({ verbs: readable, ...rule })),
    'system:discovery': [{ verbs: ['get'], nonResourceURLs: discovery }],
    'system:public-info-viewer': [{ verbs: ['get'], nonResourceURLs: open }],
    'system:basic-user': [
      { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
  }
  const bindings = {
    'cluster-admin': 'system:masters',
    'system:discovery': 'system:authenticated',
    'system:basic-user': 'system:authenticated',
    'system:public-info-viewer': 'system:unauthenticated',
  }
  const options = { manager: 'kube-apiserver' }
  for (const [name, rules] of Object.entries(roles))
    objects.create(objects.target(`clusterroles.${rbac}`), { metadata: { name }, rules }, options)
  for (const [name, group] of Object.entries(bindings)) {
    const subjects = [{ kind: 'Group', name: group, apiGroup: rbac }]
    objects.create(
      objects.target(`clusterrolebindings.${rbac}`),
      { metadata: { name }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name }, subjects },
      options,
    )
  }
}
