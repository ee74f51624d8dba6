import { expect, test } from 'vitest'
import { lostUnweighted } from '../../src/checks/lost-unweighted.ts'
import { proxiesUnheeded } from '../../src/checks/proxies-unheeded.ts'
import type { FleetQuestion, Question } from '../../src/checks/question.ts'
import { AT, present, said, silent } from './ask.ts'
import { centers, topology } from '../domain/world.ts'

const each = (cell: (center: string) => unknown) => new Map(centers.map((center) => [center, cell(center)]))
const evaluated = (question: Question, seen: Readonly<Record<string, unknown>>) =>
  (question as FleetQuestion).evaluate(seen as never, { topology, now: AT })

test('that nobody sends to a lost center is known only where the others’ routes are', () => {
  const workloads = each((center) => present(topology.services.map(({ name }) => ({ service: name, ready: center === 'zone-a' ? 0 : 2 }))))
  const gateway = each(() => present({ status: 404 }))
  const about = (routes: unknown) =>
    said(evaluated(lostUnweighted, { routes, workloads, gateway }).filter(({ center }) => center === 'zone-a'))
  expect(about(each(() => present([])))).toEqual(['passed drained'])
  expect(about(each((center) => (center === 'zone-a' ? silent : present([]))))).toEqual(['passed drained'])
  expect(about(each((center) => (center === 'zone-b' ? silent : present([]))))).toEqual(['inconclusive routes-unread'])
})

test('that every context has its proxy is known only where contexts are', () => {
  const station = each(() => present({ proxies: ['HTTPS_PROXY'] }))
  const usable = (proxied: boolean) => present({ state: 'usable', proxied })
  const about = (kubeContext: unknown) => said(evaluated(proxiesUnheeded, { station, kubeContext }))
  expect(about(each(() => usable(true)))).toEqual(['passed declared'])
  expect(about(each((center) => (center === 'zone-b' ? silent : usable(true))))).toEqual(['inconclusive untold'])
  expect(about(each((center) => (center === 'zone-b' ? silent : usable(false))))).toEqual(['warning unheeded'])
})
