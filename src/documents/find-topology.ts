import { dirname, resolve } from 'node:path'
import { fault } from '../domain/fault.ts'
import type { Fault } from '../domain/fault.ts'
import type { Words } from '../domain/words.ts'

const TOPOLOGY_FILE = 'tricenter.yaml'
export const TOPOLOGY_VARIABLE = 'TRICENTER_TOPOLOGY'

export interface Places {
  /** What was said: then it is the only place. */
  readonly said?: 'flag' | 'variable'
  /** Absolute paths; the first that exists is the topology. */
  readonly paths: readonly string[]
}

/** Where a topology may be: `--topology`, else the variable, else `tricenter.yaml` in `directory` (absolute) and in each one above it. */
export function topologyPlaces(directory: string, flag: string | undefined, variable: string | undefined): Places {
  if (flag !== undefined) return { said: 'flag', paths: [resolve(directory, flag)] }
  if (variable !== undefined && variable !== '') return { said: 'variable', paths: [resolve(directory, variable)] }
  const paths: string[] = []
  for (let here = resolve(directory); ; here = dirname(here)) {
    paths.push(resolve(here, TOPOLOGY_FILE))
    if (dirname(here) === here) return { paths }
  }
}

/** None of the places holds a file. */
export function topologyNotFound({ said, paths }: Places, directory: string): Fault {
  return said === undefined
    ? fault('input', 'topology-not-found', { directory })
    : fault('input', `topology-not-there-${said}`, { path: paths[0] ?? '' })
}

export const findTopologyWords = {
  'topology-not-found': {
    en: 'Could not find a topology.\nNo tricenter.yaml in {directory} or above it.\nWrite one: tricenter init',
    zh: '找不到拓扑文件。\n{directory} 及其上级目录中没有 tricenter.yaml。\n生成一个：tricenter init',
  },
  'topology-not-there-flag': {
    en: 'Could not find the topology.\n--topology names {path}, where no file is.\nWrite one: tricenter init',
    zh: '找不到拓扑文件。\n--topology 指定的 {path} 不存在。\n生成一个：tricenter init',
  },
  'topology-not-there-variable': {
    en: 'Could not find the topology.\nTRICENTER_TOPOLOGY names {path}, where no file is.\nUnset it, or write one: tricenter init',
    zh: '找不到拓扑文件。\nTRICENTER_TOPOLOGY 指定的 {path} 不存在。\n取消该变量，或生成一个：tricenter init',
  },
} satisfies Words
