import { describe, expect, test } from 'vitest'
import { readManifestText, writtenTwice } from '../../src/documents/manifests.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'

const names = (text: string) =>
  readManifestText(text, 'f.yaml').manifests.map(({ object }) => (object['metadata'] as { name: string }).name)
const complaints = (text: string) => readManifestText(text, 'f.yaml').mistakes.map(mistakeLine)
const twice = (...texts: readonly string[]) =>
  writtenTwice(texts.flatMap((text, i) => readManifestText(text, `${i}.yaml`).manifests)).map(mistakeLine)

const one = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\n`

describe('objects of a text', () => {
  test.each([
    ['documents', `${one('a')}---\n${one('b')}`, ['a', 'b']],
    ['documents with notes and ends', `# head\n--- # first\n${one('a')}...\n---\n${one('b')}...\n`, ['a', 'b']],
    ['empty documents', `---\n---\n${one('a')}---\n# nothing\n---\n`, ['a']],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n- {apiVersion: v1, kind: A, metadata: {name: b}}\n',
      ['a', 'b'],
    ],
    [
      'a List in a List',
      '{"kind":"List","apiVersion":"v1","items":[{"kind":"ConfigMapList","apiVersion":"v1","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}]}]}',
      ['a'],
    ],
    ['an empty List', 'apiVersion: v1\nkind: List\nitems: []\n', []],
    ['JSON', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}', ['a']],
    ['a byte order mark', `\uFEFF${one('a')}`, ['a']],
    ['nothing', '', []],
    ['nothing but notes', '# nothing\n', []],
    ['anchors and merge keys', 'apiVersion: v1\nkind: A\nmetadata: {name: a}\nx: &x {y: 1}\nz: {<<: *x}\n', ['a']],
  ])('%s', (_, text, expected) => {
    expect(complaints(text)).toEqual([])
    expect(names(text)).toEqual(expected)
  })

  test.each([
    ['text that is no YAML', `${one('a')}---\na: [1\n`, /^f\.yaml:6:1: not YAML: /],
    [
      'a document without a kind',
      `${one('a')}---\napiVersion: v1\nmetadata: {name: b}\n`,
      /^f\.yaml:5:1: no Kubernetes object: kind missing$/,
    ],
    ['a name that is a number', one('7'), /^f\.yaml:1:1: no Kubernetes object: metadata\.name missing$/],
    ['a text', 'hello\n', /^f\.yaml:1:1: no Kubernetes object: apiVersion, kind, metadata\.name missing$/],
    [
      'an item of a List that is nothing',
      'kind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}}\n-\n',
      /^f\.yaml:\d:\d: no Kubernetes object/,
    ],
    [
      'an item of a List',
      'kind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}}\n- kind: A\n',
      /^f\.yaml:4:3: no Kubernetes object: apiVersion, metadata\.name missing$/,
    ],
    [
      'an item of a List in JSON',
      '{"kind":"List",\n"items":[\n{"kind":"A"}]}',
      /^f\.yaml:3:1: no Kubernetes object: apiVersion, metadata\.name missing$/,
    ],
    ['JSON that breaks off', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}', /^f\.yaml:1:\d+: not YAML: /],
    ['a list', '- a\n', /^f\.yaml:1:1: no Kubernetes object/],
  ])('%s is told with its place, and nothing of the text counts', (_, text, expected) => {
    const [first = ''] = complaints(text)
    expect(first).toMatch(expected)
    expect(names(text)).toEqual([])
  })
})

describe('one identity is written once', () => {
  test('in one file, with both places', () => {
    expect(twice(`${one('a')}---\n${one('b')}---\n${one('a', ', namespace: default')}`)).toEqual([
      '0.yaml:9:1: ConfigMap default/a is written twice; it stands at 0.yaml:1 already',
    ])
  })
  test('over files, in a List, and under another version of the group', () => {
    const list = 'kind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: a, namespace: x}\n'
    expect(twice('apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a, namespace: x}\n', list)).toEqual([
      '1.yaml:3:3: Deployment x/a is written twice; it stands at 0.yaml:1 already',
    ])
  })
  test('other names, kinds, groups and namespaces are others', () => {
    const of = (api: string, kind: string, meta: string): string => `apiVersion: ${api}\nkind: ${kind}\nmetadata: {${meta}}\n`
    expect(
      twice(
        of('v1', 'A', 'name: a'),
        of('v1', 'B', 'name: a'),
        of('g/v1', 'A', 'name: a'),
        of('v1', 'A', 'name: a, namespace: x'),
        of('v1', 'A', 'name: b'),
      ),
    ).toEqual([])
  })
  test('a cluster-scoped object has no namespace, whatever is written', () => {
    expect(
      twice('apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n'),
    ).toHaveLength(1)
  })
})
