import { configMapOf, routeOf } from '../lab/apiserver/client.ts'

/** What somebody types at a lab, in this order: each finds what those before it left. `input` goes to stdin. */
export interface Command {
  readonly args: string
  readonly input?: unknown
}

const route = routeOf('route', [50, 50])
const odd = { ...route, metadata: { name: 'odd' }, spec: { ...route.spec, rulez: [] } }
const heavy = { ...routeOf('heavy', [50]), spec: { ...route.spec, rules: [{ backendRefs: [{ name: 'a', port: 80, weight: 1_000_001 }] }] } }
const config = configMapOf('settings', { color: 'red' }, { tier: 'front' })
const web = (replicas: number, image = 'web:1'): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 80 }] }] } },
  },
})
const widget = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.test.tricenter.io' },
  spec: {
    group: 'test.tricenter.io',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: { size: { type: 'integer', minimum: 1 }, color: { type: 'string', enum: ['red', 'blue'], default: 'red' } },
              },
            },
          },
        },
      },
    ],
  },
}
const aWidget = (spec: unknown): unknown => ({ apiVersion: 'test.tricenter.io/v1', kind: 'Widget', metadata: { name: 'one' }, spec })
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'lock' },
  spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
}
const weight = '[{"op":"replace","path":"/spec/rules/0/backendRefs/0/weight","value":0}]'

export const commands: readonly Command[] = [
  { args: 'create -f -', input: route },
  { args: 'create -f -', input: route },
  { args: 'apply -f -', input: config },
  { args: 'apply -f -', input: config },
  { args: 'apply -f -', input: { ...(config as object), data: { color: 'blue' } } },
  { args: 'apply --dry-run=client -f - -o name', input: config },
  { args: 'apply --dry-run=server -f -', input: { ...(config as object), data: { color: 'green' } } },
  { args: 'diff -f -', input: { ...(config as object), data: { color: 'blue' } } },
  { args: 'get cm settings -o yaml' },
  { args: 'get cm settings -o json' },
  { args: 'get cm settings -o yaml --show-managed-fields' },
  { args: 'get httproute route' },
  { args: 'get httproute route -o wide' },
  { args: 'get httproute route -o yaml' },
  { args: 'get httproute route -o name' },
  { args: 'get httproute route -o jsonpath={.spec.rules[0].backendRefs[*].weight}' },
  { args: 'get httproute -o custom-columns=NAME:.metadata.name,HOSTS:.spec.hostnames' },
  { args: 'get httproute route --show-labels' },
  { args: 'get httproute none' },
  { args: 'get nonsense' },
  { args: 'describe httproute route' },
  { args: 'describe cm settings' },
  { args: `patch httproute route --type=json -p ${weight}` },
  { args: `patch httproute route --type=json -p ${weight}` },
  { args: 'patch httproute route --type=json -p [{"op":"test","path":"/spec/hostnames","value":[]}]' },
  { args: 'patch httproute route --type=json -p [{"op":"remove","path":"/spec/none"}]' },
  { args: 'patch httproute route --type=merge -p {"spec":{"hostnames":["a.example"]}} --dry-run=server -o yaml' },
  { args: 'patch httproute route --type=merge -p {"spec":{"hostnames":["a.example"]}}' },
  { args: 'patch httproute route --type=merge -p {"spec":{"hostnames":"a.example"}}' },
  { args: 'patch httproute route --type=strategic -p {}' },
  { args: 'patch cm settings -p {"data":{"size":"1"}}' },
  { args: 'create -f -', input: odd },
  { args: 'create -f - --validate=ignore', input: heavy },
  { args: 'label httproute route tier=front' },
  { args: 'annotate httproute route note=1' },
  { args: 'get httproute,cm -l tier=front -o name' },
  { args: 'apply -f -', input: web(0) },
  { args: 'wait --for=jsonpath={.status.observedGeneration}=1 deploy/web --timeout=20s' },
  { args: 'rollout status deploy/web --timeout=20s' },
  { args: 'get deploy web' },
  { args: 'get deploy web -o wide' },
  { args: 'get deploy web -o yaml' },
  { args: 'describe deploy web' },
  { args: 'scale deploy/web --replicas=2' },
  { args: 'scale deploy/web --replicas=5 --current-replicas=7' },
  { args: 'scale deploy/web --replicas=0' },
  { args: 'wait --for=jsonpath={.spec.replicas}=0 deploy/web --timeout=20s' },
  { args: 'wait --for=jsonpath={.spec.replicas}=9 deploy/web --timeout=1s' },
  { args: 'set image deploy/web main=web:2' },
  { args: 'create -f -', input: widget },
  { args: 'wait --for=condition=Established crd/widgets.test.tricenter.io --timeout=20s' },
  { args: 'create -f -', input: aWidget({ size: 0, color: 'green' }) },
  { args: 'create -f -', input: aWidget({}) },
  { args: 'create -f -', input: aWidget({ size: 2 }) },
  { args: 'get wd' },
  { args: 'get wd one -o yaml' },
  { args: 'create -f -', input: lease },
  { args: 'get lease lock' },
  { args: 'create ns other' },
  { args: 'create cm a -n other --from-literal=a=1' },
  { args: 'create cm b -n other --from-literal=b=2' },
  { args: 'create secret generic key --from-literal=a=1 -n other' },
  { args: 'get secret key -n other -o yaml' },
  { args: 'get cm -n other -o name --chunk-size=1 --field-selector=metadata.name!=kube-root-ca.crt' },
  { args: 'get cm -n other --chunk-size=1 --field-selector=metadata.name!=kube-root-ca.crt' },
  { args: 'create cm A_B' },
  { args: 'create cm c -n nowhere' },
  { args: 'auth can-i delete httproutes' },
  { args: 'auth can-i delete httproutes --as=olga' },
  { args: 'get cm --as=olga' },
  { args: 'auth whoami' },
  { args: 'delete cm a -n other' },
  { args: 'delete cm a -n other' },
  { args: 'delete cm a -n other --ignore-not-found' },
  { args: 'delete httproute route' },
  { args: 'wait --for=delete httproute/route --timeout=20s' },
  { args: 'delete deploy web --cascade=foreground' },
  { args: 'delete crd widgets.test.tricenter.io' },
  { args: 'delete cm settings' },
  { args: 'delete lease lock' },
  { args: 'delete ns other --timeout=60s' },
  { args: 'get ns other' },
  { args: 'api-resources --api-group=gateway.networking.k8s.io' },
]
