import { readFileSync } from 'node:fs'
import { openMetrics, type OpenMetrics } from '../../adapters/prometheus/metrics.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import { readAlertRules } from '../../documents/alert-rules.ts'
import { readMetricsProfile } from '../../documents/metrics-profile.ts'
import { mistakesFault, type Mistake } from '../../documents/mistake.ts'
import { isShippedProfile } from '../../documents/profile-names.ts'
import { canonicalPromql, selectorsOf } from '../../documents/promql.ts'
import { shippedProfiles } from '../../documents/shipped-profiles.ts'
import type { MetricsSource } from '../../domain/estate.ts'
import { fault } from '../../domain/fault.ts'
import type { MetricsDocuments } from '../../ports/metrics.ts'

/** The declared Prometheus of each center, and the files that say what is asked; a fault names every mistake in them before anything is asked. */
export function openTheMetrics(source: MetricsSource): { readonly metrics: OpenMetrics; readonly metricsDocuments: MetricsDocuments } {
  const metricsDocuments = documentsOf(source)
  return { metrics: openMetrics(source, systemClock), metricsDocuments }
}

function documentsOf({ profile, rules }: MetricsSource): MetricsDocuments {
  const text = isShippedProfile(profile) ? shippedProfiles[profile] : fileText(profile)
  const alerts = rules === undefined ? {} : { alerts: sound(rules, readAlertRules(fileText(rules), rules)).alerts }
  return { profile: sound(profile, readMetricsProfile(text, profile)).profile, ...alerts, selectorsOf, canonical: canonicalPromql }
}

function fileText(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw fault('input', 'file-unreadable', { file, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

function sound<T extends object>(file: string, read: T | { readonly mistakes: readonly Mistake[] }): T {
  if ('mistakes' in read) throw mistakesFault(file, read.mistakes)
  return read
}
