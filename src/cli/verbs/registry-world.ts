import { nacosRegistry } from '../../adapters/nacos/registry.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import type { RegistrySource } from '../../domain/estate.ts'
import type { Registry } from '../../ports/registry.ts'
import type { Context } from '../context.ts'

/** The declared registry of each center; user names and passwords come from the environment. */
export function openTheRegistry(source: RegistrySource, { env }: Pick<Context, 'env'>): Registry & { close(): Promise<void> } {
  return nacosRegistry({ source, clock: systemClock, env })
}
