import type { CenterName } from '../domain/topology.ts'
import type { RegisteredService } from '../facts/registry-instances.ts'
import type { RegistryInstance } from '../ports/registry.ts'

/** The instances of one center under this name. Where several centers share the name, `metadata.zone` tells them apart. */
export function instancesOf({ homes, seen }: RegisteredService, home: CenterName): readonly RegistryInstance[] {
  if (seen === undefined || !homes.includes(home)) return []
  return homes.length === 1 ? seen.instances : seen.instances.filter(({ metadata }) => metadata['zone'] === home)
}

/** `10.0.1.11:8080`: what an instance is known by. */
export const addressOf = ({ ip, port }: RegistryInstance): string => `${ip}:${port}`

/** The first few of many, so that a line stays a line. */
export function some(all: readonly string[], most = 3): readonly string[] {
  return all.length <= most ? all : [...all.slice(0, most), `… (${all.length})`]
}
