import { destinationOf, type Known } from './destinations.ts'
import { clusterOf } from './clusters.ts'
import type { HttpBackendRef, HttpMatch } from './http-route.ts'
import type { RouteTable } from './route-table.ts'

/** What Envoy's admin port tells of a gateway, from the table that it routes by and from nothing else: a rule that was dropped is not in it. */

/** `/config_dump?resource=dynamic_route_configs`: one route configuration for each protocol, one virtual host for each hostname, its routes in the order in which they are tried. */
export function routesDump(tables: Readonly<Record<'http.80' | 'https.443', RouteTable>>, known: Known): object {
  return {
    configs: Object.entries(tables).map(([name, { hosts }]) => ({
      '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig',
      route_config: {
        '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
        name,
        virtual_hosts: [...hosts].map(([hostname, entries]) => ({
          name: `${hostname}:${name.split('.')[1]}`,
          domains: [hostname],
          routes: entries.map(({ match, rule: { route, namespace, backends } }) => ({
            name: route,
            match: matchOf(match),
            ...actionOf(backends, namespace, known),
          })),
        })),
      },
    })),
  }
}

function matchOf({ path: { type = 'PathPrefix', value = '/' } = {}, headers = [] }: HttpMatch): object {
  const path =
    type === 'Exact'
      ? { path: value }
      : type === 'RegularExpression'
        ? { safe_regex: { regex: value } }
        : value.replace(/\/+$/, '') === ''
          ? { prefix: '/' }
          : { path_separated_prefix: value.replace(/\/+$/, '') }
  const named = headers.map(({ name, value: exact }) => ({ name: name.toLowerCase(), string_match: { exact } }))
  return { ...path, case_sensitive: true, ...(named.length === 0 ? {} : { headers: named }) }
}

/** Backends of weight 0 are left out; where nothing is left, Envoy answers 500 itself. A cluster that there is not stays named. */
function actionOf(backends: readonly HttpBackendRef[], namespace: string, known: Known): object {
  const weighted = backends
    .filter(({ weight = 1 }) => weight > 0)
    .map((ref) => ({
      name: destinationOf(ref, namespace, known) === 'unknown' ? 'UnknownService' : clusterOf(ref, namespace),
      weight: ref.weight ?? 1,
    }))
  const [first] = weighted
  if (first === undefined) return { direct_response: { status: 500 } }
  return { route: weighted.length === 1 ? { cluster: first.name } : { weighted_clusters: { clusters: weighted } } }
}

/** `/clusters?format=json`, with `members` endpoints in each, all healthy: an instance that left is kept, as Higress keeps the last one. */
export function clustersDump(clusters: readonly { readonly name: string; readonly members: number }[]): object {
  return {
    cluster_statuses: clusters.map(({ name, members }) => ({
      name,
      added_via_api: true,
      host_statuses: Array.from({ length: members }, (_, i) => ({
        address: { socket_address: { address: `10.0.0.${i + 1}`, port_value: Number(name.split('|')[1]) } },
        health_status: { eds_health_status: 'HEALTHY' },
        weight: 1,
      })),
    })),
  }
}
