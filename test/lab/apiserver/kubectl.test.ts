import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubeconfigOf, startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { routeOf } from './client.ts'

const program = 'kubectl'
const present = spawnSync(program, ['version', '--client']).status === 0

let lab: EmbeddedLab
let folder: string

beforeAll(async () => {
  lab = await startEmbedded(['zone-a', 'zone-b'])
  folder = await mkdtemp(join(tmpdir(), 'lab-kubectl-'))
  await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(lab.clusters), { mode: 0o600 })
})
afterAll(async () => {
  await lab.close()
  await rm(folder, { recursive: true })
})

/** Runs kubectl against zone-a; answers its exit code and all it printed. */
const kubectl = (args: string, input = '') =>
  new Promise<{ code: number; out: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') }
    const child = execFile(program, args.split(' '), { env, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: stdout + stderr })
    })
    child.stdin?.end(input)
  })

const route = JSON.stringify(routeOf('route', [50, 50]))
const deployment = (replicas: number) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
    },
  })
const weightPatch = '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":0}]'

describe.skipIf(!present)('kubectl', () => {
  // In this order: each command finds what those before it left.
  test.each([
    ['version', '', 0, '+lab.embedded'],
    ['api-resources --api-group=gateway.networking.k8s.io', '', 0, 'httproutes'],
    ['apply -f -', route, 0, 'route created'],
    ['apply --dry-run=server -f -', route, 0, 'route'],
    ['apply --server-side -f -', route, 1, 'not in the embedded lab, use --engine binaries'],
    ['diff -f -', route, 0, ''],
    ['get httproutes', '', 0, 'HOSTNAMES'],
    ['get httproute/route -o jsonpath={.spec.rules[0].backendRefs[*].weight}', '', 0, '50 50'],
    [`patch httproute route --type=json -p ${weightPatch}`, '', 0, 'patched'],
    ['patch httproute route --type=json -p [{"op":"test","path":"/spec/hostnames","value":[]}]', '', 1, 'The request is invalid'],
    ['patch httproute route --type=merge -p {"spec":{"hostnames":["a.example"]}}', '', 0, 'patched'],
    ['patch httproute route --type=strategic -p {}', '', 1, 'not supported'],
    ['patch httproute none --type=merge -p {}', '', 1, 'not found'],
    ['describe httproute route', '', 0, 'Weight:  50'],
    ['label httproute route tier=front', '', 0, 'labeled'],
    ['annotate httproute route note=1', '', 0, 'annotated'],
    ['get httproutes -A -l tier=front -o name', '', 0, 'httproute.gateway.networking.k8s.io/route'],
    ['explain httproute.spec.rules.backendRefs.weight', '', 0, '<integer>'],
    ['create -f -', route.replace('"rules"', '"rulez"').replace('"route"', '"odd"'), 1, 'unknown field "spec.rulez"'],
    ['delete httproute route', '', 0, 'deleted'],
    ['wait --for=delete httproute/route --timeout=5s', '', 0, ''],
    ['apply -f -', deployment(2), 0, 'created'],
    ['apply -f -', deployment(3), 0, 'configured'],
    ['scale deploy/web --replicas=0', '', 0, 'scaled'],
    ['wait --for=jsonpath={.status.observedGeneration}=3 deploy/web --timeout=5s', '', 0, 'condition met'],
    ['rollout status deploy/web --timeout=5s', '', 0, 'rolled out'],
    ['wait --for=condition=Available deploy/web --timeout=5s', '', 0, 'condition met'],
    ['patch deploy web -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}', '', 0, 'patched'],
    ['get deploy web -o jsonpath={.spec.template.spec.containers[*].name}', '', 0, 'side main'],
    ['get deploy -o wide', '', 0, 's:1,web:1'],
    ['create ns other', '', 0, 'created'],
    ['create cm settings --from-literal=a=1 -n other', '', 0, 'created'],
    ['create secret generic key --from-literal=a=1 -n other', '', 0, 'created'],
    ['create deploy copy --image=web:1 -n other', '', 0, 'created'],
    ['auth whoami', '', 0, 'lab-admin'],
    ['auth can-i delete httproutes', '', 0, 'yes'],
    ['auth can-i delete httproutes --as=olga', '', 1, 'no'],
    ['delete ns other --timeout=10s', '', 0, 'deleted'],
    ['get ns other', '', 1, 'not found'],
  ])('%s', async (args, input, code, text) => {
    const result = await kubectl(args, input)
    expect(result.out).toContain(text)
    expect(result.code).toBe(code)
  })

  test('writes to the context that it names alone', async () => {
    expect((await kubectl('--context zone-b get deploy -A')).out).toContain('No resources found')
  })
})

test.skipIf(present)('not run: there is no kubectl on PATH', () => undefined)
