/**
 * A query that gets no answer. `bad_data`: no query at all, as Prometheus says with 400; `execution`: it cannot be computed, or the lab does not compute it, 422.
 * The lab never answers what it does not know exactly.
 */
export class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal'
  readonly kind: 'bad_data' | 'execution'

  constructor(kind: 'bad_data' | 'execution', message: string) {
    super(message)
    this.kind = kind
  }
}

/** What Prometheus can do and the lab cannot. */
export function notOffered(what: string): QueryRefusal {
  return new QueryRefusal('execution', `the lab's Prometheus does not offer ${what}; a real one does: lab up --prometheus PATH`)
}
