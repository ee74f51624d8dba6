import type { Kind } from '../../ports/cluster.ts'

/** `/apis/apps/v1/namespaces/a/deployments/b/scale`, below the server's own path. No name: the collection. No namespace: of a namespaced kind, all of them. */
export function kubePath({ group, version, plural, namespaced }: Kind, namespace?: string, name?: string, subresource?: string): string {
  const root = group === '' ? ['api', version] : ['apis', group, version]
  const place = namespaced && namespace !== undefined ? ['namespaces', namespace] : []
  return `/${[...root, ...place, plural, ...(name === undefined ? [] : [name]), ...(subresource === undefined ? [] : [subresource])].map(encodeURIComponent).join('/')}`
}
