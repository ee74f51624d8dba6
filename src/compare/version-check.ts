import type { AnyObject, Column, ComparedKind, LeafDiff } from '../domain/compare.ts'
import { record, text } from '../gateways/strange.ts'
import { judge } from './verdict.ts'

/** The version that an object carries, by the annotation or label that the topology names; undefined: none. */
export function versionOf(object: AnyObject, check: ComparedKind['check']): string | undefined {
  if (check.by !== 'version') return undefined
  const metadata = record(object['metadata'])
  return text(record(metadata[check.carrier === 'annotation' ? 'annotations' : 'labels'])[check.key])
}

/** 版本校验: the objects are compared by their version alone, the content is not looked at. */
export function versionLeaf(here: readonly Column[], objects: readonly AnyObject[], { check }: ComparedKind): readonly LeafDiff[] {
  const versions = objects.map((object) => versionOf(object, check))
  const key = check.by === 'version' ? check.key : ''
  const carrier = check.by === 'version' && check.carrier === 'label' ? 'labels' : 'annotations'
  return [
    {
      path: [{ key: 'metadata' }, { key: carrier }, { key }],
      kind: 'version',
      ...judge(
        here.map(({ name, source, role }, i) => ({ name, source, role, meaning: versions[i], blind: false, excused: false, wrong: false })),
        '',
      ),
      cells: Object.fromEntries(
        here.map(({ name }, i) => [name, versions[i] === undefined ? { state: 'unset' } : { state: 'value', value: versions[i] }]),
      ),
      pointers: Object.fromEntries(
        here.map(({ name }) => [name, `/metadata/${carrier}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`]),
      ),
      intents: {},
      changedBy: {},
    },
  ]
}
