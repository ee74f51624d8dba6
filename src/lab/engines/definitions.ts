import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { gatewayApi } from '../crds/gateway-api.ts'
import { higress } from '../crds/higress.ts'
import type { KubeClient } from '../kube-client.ts'
import type { KubeObject } from '../kube-object.ts'

interface Names {
  readonly group: string
  readonly names: { readonly plural: string }
  readonly versions: readonly { readonly name: string; readonly served: boolean }[]
}
type Definition = KubeObject<Names, { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }>

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Those of the Gateway API as its project publishes them, with their CEL rules, where `dir/crds` has them, else the lab's own without; and the lab's own of Higress. */
export function definitionsIn(dir: string | undefined): readonly Definition[] {
  const own = [...gatewayApi, ...higress] as unknown as readonly Definition[]
  const published = dir === undefined ? [] : publishedIn(join(dir, 'crds'))
  const names = new Set(published.map(({ metadata }) => metadata.name))
  return [...published, ...own.filter(({ metadata }) => !names.has(metadata.name)).map(declared)]
}

function publishedIn(dir: string): readonly Definition[] {
  let files: readonly string[]
  try {
    files = readdirSync(dir).filter((name) => /^[^.].*\.ya?ml$/.test(name))
  } catch {
    return []
  }
  return files.map((name) => parse(readFileSync(join(dir, name), 'utf8')) as Definition)
}

/** Groups under k8s.io are guarded: who defines one says who approved it, or that nobody did. */
function declared(definition: Definition): Definition {
  const annotations = {
    ...definition.metadata.annotations,
    'api-approved.kubernetes.io': "unapproved, the lab's own form of a published API",
  }
  return { ...definition, metadata: { ...definition.metadata, annotations } }
}

/** Creates what is missing of them and answers when the API serves every kind. What is there already stays as it is. `deadline` in the time of performance.now(). */
export async function establish(client: KubeClient, definitions: readonly Definition[], deadline: number): Promise<void> {
  await Promise.all(
    definitions.map(async (definition) => {
      const { name } = definition.metadata
      const created = await client.send('POST', PATH, definition)
      if (created.status !== 201 && created.status !== 409)
        throw new Error(`definition ${name}: HTTP ${created.status} ${JSON.stringify(created.body)}`)
      while (!(await isServed(client, name))) {
        if (performance.now() > deadline) throw new Error(`definition ${name} is not served`)
        await sleep(50)
      }
    }),
  )
}

/** Established is said a moment before the kind is served: both are asked for. */
async function isServed(client: KubeClient, name: string): Promise<boolean> {
  const { spec, status } = (await client.send('GET', `${PATH}/${name}`)).body as Definition
  if (status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') !== true) return false
  const { group = '', versions = [], names } = spec ?? {}
  const lists = versions
    .filter(({ served }) => served)
    .map((version) => client.send('GET', `/apis/${group}/${version.name}/${names?.plural}?limit=1`))
  return (await Promise.all(lists)).every(({ status }) => status === 200)
}
