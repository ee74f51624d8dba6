import type { Cause, Difference } from './differences.ts'

/** Both answers of a client without those keys, wherever they stand, are one. */
const sameWithout =
  (...keys: readonly string[]) =>
  ({ suite, embedded, real }: Difference): boolean => {
    if (suite !== 'requests' && suite !== 'client-node') return false
    const without = (text: string): string =>
      JSON.stringify(JSON.parse(text, (key, value: unknown) => (keys.includes(key) ? undefined : value)))
    return without(embedded) === without(real)
  }

/** Both texts are one after what the patterns find is gone from each. */
const sameBut =
  (suite: Difference['suite'], ...patterns: readonly RegExp[]) =>
  (difference: Difference): boolean => {
    const plain = (text: string): string => patterns.reduce((left, pattern) => left.replaceAll(pattern, ''), text)
    return difference.suite === suite && plain(difference.embedded) === plain(difference.real)
  }

const asked =
  (...of: readonly string[]) =>
  (difference: Difference): boolean =>
    of.includes(difference.asked)

const codes = ({ embedded, real }: Difference): string => `${embedded.slice(0, 3)} ${real.slice(0, 3)}`
const sortedLines = (text: string): string => text.split('\n').toSorted().join('\n')

/** The differences that are known, each for one reason. The first that fits explains. */
export const causes: readonly Cause[] = [
  {
    text: 'managedFields: the embedded server names the fields that somebody set, without the `.` entries that stand for a map or an item itself',
    explains: (one) => sameWithout('managedFields')(one) || sameBut('kubectl', /^ *\.: \{\}\n/gm)(one),
  },
  {
    text: 'a new Deployment is answered with an empty status by a real server, with none by the embedded one',
    explains: (one) => one.asked === 'a Deployment' && sameWithout('managedFields', 'status')(one),
  },
  {
    text: 'server-side apply is answered with 501 by the embedded server',
    explains: asked('server-side apply'),
  },
  {
    text: 'the names of ReplicaSets end with another hash of the template; a real status has `terminatingReplicas`',
    explains: sameBut('kubectl', /(?<=web-)[a-z0-9]{8,10}/g, /^ *terminatingReplicas: 0\n/gm),
  },
  {
    text: 'a real server says that it left CEL rules unchecked where an object did not fit its schema',
    explains: sameBut('kubectl', /^\* <nil>: .*\n/gm, /^\* |(?<=invalid:)\s+/gm),
  },
  {
    text: 'several mistakes in one object stand in another order',
    explains: ({ suite, embedded, real }) => suite === 'kubectl' && sortedLines(embedded) === sortedLines(real),
  },
  {
    text: "`auth whoami` of a real server adds the certificate's fingerprint",
    explains: sameBut('kubectl', /^Extra: .*\n/gm),
  },
  {
    text: '`details.kind` of a refusal is the kind in one place and the resource in another on a real server, and not always the same in ours',
    explains: sameWithout('kind'),
  },
  {
    text: 'a path or an option that a real server does not know is answered in plain text or without a `reason`',
    explains: (one) => sameWithout('reason')(one),
  },
  {
    text: 'a patch that changes a uid is refused with 409 by the embedded server, with 422 by a real one',
    explains: asked('a patch that changes the uid'),
  },
  {
    text: 'the embedded server does not see one field twice in a JSON text',
    explains: asked('the same field twice, Strict'),
  },
  {
    text: 'a continue token that never was one is 410 (start again) for the embedded server, 400 for a real one',
    explains: asked('a continue token that is none'),
  },
  {
    text: 'a Deployment whose selector changes is told of its labels, too, by a real server',
    explains: asked('a selector may not change', 'its selector may not change: 422'),
  },
  {
    text: 'built-ins: fields that a real type does not have, deep inside a spec, are kept by the embedded server',
    explains: (one) => one.suite === 'fuzz' && one.asked.includes(' Deployment ') && ['200 200', '201 201'].includes(codes(one)),
  },
  {
    text: 'built-ins: a field that a selector does not have is a change of the selector to the embedded server, nothing to a real one',
    explains: (one) =>
      one.suite === 'fuzz' && one.asked.includes(' Deployment ') && one.asked.includes('selector') && codes(one) === '422 200',
  },
  {
    text: 'JSON patch: null as a text, and a copy of what is not there, are an empty text to a real server, a refusal to the embedded one',
    explains: (one) => one.suite === 'fuzz' && /json-patch.*(null|"copy")/.test(one.asked) && codes(one) === '422 200',
  },
  {
    text: 'built-ins: fewer rules for values than a real server has (names of ports and variables, annotations without a key, limits of numbers)',
    explains: (one) =>
      one.suite === 'fuzz' && one.asked.includes(' Deployment ') && ['200 422', '201 422', '200 400', '201 400'].includes(codes(one)),
  },
]
