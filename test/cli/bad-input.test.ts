import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openScenario, STACK, type Scenario } from '../scenarios/harness.ts'

let scenario: Scenario
let dir: string
beforeAll(async () => {
  scenario = await openScenario({ load: 0 })
  dir = mkdtempSync(join(tmpdir(), 'tricenter-bad-'))
  const topology = readFileSync(scenario.lab.topologyPath, 'utf8')
  const file = (name: string, text: string): void => writeFileSync(join(dir, name), text)
  file('tricenter.yaml', topology)
  file('two-mistakes.yaml', topology.replace('region: beijing', 'region: bejing').replace('capacity: 200', 'capacity: many'))
  file('no-yaml.yaml', 'apiVersion: tricenter.io/v1\ncenters: [\n')
  file('twice.yaml', topology.replace('routes:\n', 'routes: {}\nroutes:\n'))
  file('unknown-key.yaml', topology.replace('entryShare', 'entryshare'))
  file('another-kind.yaml', topology.replace('kind: Topology', 'kind: Topolgy'))
  file('empty.yaml', '')
  file('other-context.yaml', topology.replace('context: tricenter-lab-zone-a', 'context: tricenter-lab-zone-x'))
  file('binary.yaml', '\u0000\u0001\u0002')
  file('kubeconfig-broken', 'apiVersion: v1\nkind: Config\nclusters: [{]\n')
  file('plan-cut.json', '{"apiVersion":"tricenter.io/v1","kind":"Plan"')
  file('plan-foreign.json', '{"apiVersion":"v1","kind":"ConfigMap"}')
  file('runbook-bad.yaml', 'apiVersion: tricenter.io/v1\nkind: Runbook\nname: runbook-bad\nmode: chnage\nsteps:\n  - do: shift-weight\n')
  file('unreadable.yaml', topology)
  chmodSync(join(dir, 'unreadable.yaml'), 0o000)
})
afterEach(() => scenario.reset())
afterAll(async () => {
  await scenario.close()
  rmSync(dir, { recursive: true, force: true })
})

interface Case {
  readonly args: string
  /** What must be said; the last word of each is what helps. */
  readonly says: RegExp
  /** Lines on stderr; 1 where it is not given. */
  readonly lines?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** What has no meaning where nothing is mended. */
const MENDING = [
  '--create',
  '--delete',
  '--publish',
  '--rows x.csv',
  '--wait',
  '--wait 5m',
  '--dry-run',
  '--yes',
  '--confirm=ConfigMap/a/b',
  '--override capacity',
  '--reason night',
  '--take-over',
  '--plan p.json',
  '--plan-out p.json',
]

const cases: readonly Case[] = [
  { args: 'failvoer --center zone-a', says: /unknown command 'failvoer'\. Did you mean failover\?/ },
  { args: 'frobnicate', says: /unknown command 'frobnicate'/ },
  { args: 'failover --centre zone-a', says: /unknown option '--centre'\. Did you mean --center\?/ },
  { args: 'failover --center', says: /option '--center <names>' argument missing/ },
  { args: 'failover', says: /say which centers: --center zone-a,zone-b or --region beijing/ },
  { args: 'failover --center ,', says: /say which centers/ },
  { args: 'failover --center zone-x', says: /no center zone-x .*did you mean zone-[abc]\?|no center zone-x; the topology has/ },
  { args: 'failover --center zonea', says: /no center zonea \(did you mean zone-a\?\)/ },
  { args: 'failover --region bejing', says: /no region bejing \(did you mean beijing\?\)/ },
  { args: 'failover --center zone-a --region beijing', says: /--center and --region exclude each other/ },
  { args: 'failover --center zone-a extra words', says: /too many arguments/ },
  { args: 'failover --center zone-a --since noon', says: /--since noon: say 03:14:58/ },
  { args: 'failover --center zone-a --since 25:00', says: /--since 25:00/ },
  { args: 'failover --center zone-a --since 2999-01-01T00:00:00Z', says: /lies in the future/ },
  { args: 'failover --center zone-a --override capacty --reason x', says: /no such guard \(did you mean capacity\?\)/ },
  { args: 'failover --center zone-a --override capacity', says: /--override needs --reason/ },
  { args: 'failover --center zone-a --plan-out p.json', says: /--plan-out needs --dry-run/ },
  { args: 'failover --center zone-a --plan nowhere.json', says: /Could not read nowhere\.json: ENOENT/ },
  { args: 'failover --center zone-a --plan plan-cut.json', says: /plan-cut\.json:1:1: .*damaged/ },
  { args: 'failover --center zone-a --plan plan-foreign.json', says: /plan-foreign\.json:1:1: .*not a saved plan/ },
  { args: 'status -o nonsense', says: /-o, --output <form>.*nonsense.*(table|json)/ },
  { args: 'status --lang klingon', says: /--lang/ },
  { args: 'status --request-timeout soon', says: /--request-timeout: soon is no duration/ },
  { args: 'status --color sometimes', says: /--color/ },
  { args: 'rebalance', says: /say which ratio/ },
  { args: 'rebalance --set zone-a', says: /--set zone-a: say e\.g\. zone-a=70,zone-b=30/ },
  { args: 'rebalance --set zone-a=70', says: /at least two centers/ },
  { args: 'rebalance --set zone-a=x,zone-b=30', says: /--set zone-a=x,zone-b=30/ },
  { args: 'rebalance --set zone-a=-1,zone-b=30', says: /--set/ },
  { args: 'rebalance --set zone-a=1,zone-a=2', says: /--set/ },
  { args: 'rebalance --set zone-a=70,zonb=30', says: /no center zonb/ },
  { args: 'rebalance --set zone-a=0,zone-b=0', says: /--set/ },
  { args: 'rebalance --set zone-a=70,zone-b=30 --to normal', says: /--set|--to/ },
  { args: 'rebalance --to abnormal', says: /--to/ },
  { args: 'rebalance --set zone-a=70,zone-b=30 --step 0', says: /--step 0: a whole number from 1 to 100/ },
  { args: 'drill', says: /say which drill: dual-center, ?single-center|say which drill: / },
  { args: 'drill single-centre --center zone-a', says: /no drill single-centre \(did you mean single-center\?\)/ },
  { args: 'drill single-center --center zone-a --fault explode', says: /--fault/ },
  { args: 'sync --center zone-a --wait forever', says: /--wait: forever is no duration/ },
  ...MENDING.map((flag) => ({
    args: `sync --watch ${flag}`,
    says: new RegExp(`sync --watch mends nothing: ${flag.split(/[ =]/)[0]} has no meaning there; to mend: `),
  })),
  { args: 'sync --watch --for soon', says: /--for: soon is no duration/ },
  { args: 'sync --for 10m', says: /--for needs --watch/ },
  { args: 'sync --watch -o yaml', says: /sync --watch -o yaml: there are table, json and ndjson/ },
  { args: 'sync --watch --center zone-a', says: /with zone-a alone there is nothing to compare it with/ },
  { args: 'sync --watch --from zone-q', says: /zone-q/ },
  { args: 'sync --watch --from desired', says: /desired/ },
  { args: 'sync --watch -f nowhere.yaml', says: /Could not read .*nowhere\.yaml: ENOENT/ },
  { args: 'runbook run nothing', says: /no runbook nothing/ },
  { args: 'runbook run failover -p centers', says: /--param centers: say name=value/ },
  { args: 'runbook run failover -p centers=zone-q', says: /no center zone-q/ },
  { args: 'runbook run failover', says: /centers/, lines: 2 },
  { args: 'runbook run failover -p centers=zone-a -p colour=red', says: /colour/, lines: 2 },
  { args: 'runbook run nowhere.yaml', says: /Could not read nowhere\.yaml: ENOENT/ },
  { args: 'runbook lint runbook-bad.yaml', says: /runbook-bad\.yaml:4:7: .*change/, lines: 9 },
  { args: 'runbook show ../../../etc/passwd', says: /no runbook \.\.\/\.\.\/\.\.\/etc\/passwd/ },
  { args: 'runs show ../../../../etc', says: /Could not find run \.\.\/\.\.\/\.\.\/\.\.\/etc/, lines: 3 },
  { args: 'runs verify 20261120-0315-none', says: /Could not find run 20261120-0315-none/, lines: 3 },
  { args: 'runs report ..', says: /Could not find run \.\./, lines: 3 },
  { args: 'schema elephants', says: /no schema elephants; say topology, runbook, verification, diff or drift/ },
  { args: 'runs', says: /runs: say which: list, show, verify, report/ },
  { args: 'lab fault zone-a', says: /missing required argument 'kind'/ },
  { args: 'status --topology nowhere.yaml', says: /nowhere\.yaml/, lines: 3 },
  { args: 'status', says: /Could not find a topology/, lines: 3, env: { TRICENTER_TOPOLOGY: '' }, cwd: '..' },
  {
    args: 'status --topology two-mistakes.yaml',
    says: /^two-mistakes\.yaml:\d+:\d+: .*(bejing.*Did you mean beijing\?)[\s\S]*\ntwo-mistakes\.yaml:\d+:\d+: .*capacity/,
    lines: 2,
  },
  { args: 'failover --center zone-a --confirm=zone-a --topology two-mistakes.yaml', says: /two-mistakes\.yaml:\d+:\d+/, lines: 2 },
  { args: 'status --topology no-yaml.yaml', says: /^no-yaml\.yaml:\d+:\d+: / },
  { args: 'status --topology twice.yaml', says: /^twice\.yaml:\d+:\d+: / },
  { args: 'status --topology unknown-key.yaml', says: /entryshare.*Did you mean entryShare\?/, lines: 2 },
  { args: 'status --topology another-kind.yaml', says: /^another-kind\.yaml:\d+:\d+: .*kind/ },
  { args: 'status --topology empty.yaml', says: /^empty\.yaml:1:1: / },
  { args: 'status --topology binary.yaml', says: /^binary\.yaml:\d+:\d+: /, lines: 3 },
  { args: 'init --contexts tricenter-lab-zone-x --out new.yaml', says: /no context tricenter-lab-zone-x in the kubeconfig/ },
  { args: 'status --kubeconfig kubeconfig-broken', says: /kubeconfig-broken/, lines: 3 },
  { args: 'status --kubeconfig nowhere', says: /nowhere/, lines: 3 },
]

test.each(cases)('$args is answered with what is wrong, and nothing is done', async ({ args, says, lines = 1, env = {}, cwd }) => {
  const here = { cwd: cwd === undefined ? dir : join(dir, cwd), env: { TRICENTER_TOPOLOGY: '', ...env } }
  const before = readdirSync(dir)
  const answer = await scenario.run(args.split(' '), here)
  expect(answer.stderr).toMatch(says)
  expect(answer).toMatchObject({ code: 2, stdout: '' })
  expect(answer.stderr).not.toMatch(STACK)
  expect(answer.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(lines)
  expect(scenario.heard).toEqual([])
  expect(scenario.runs()).toEqual([])
  expect(readdirSync(dir)).toEqual(before)
})

test('a context that the kubeconfig does not have costs its own center alone', async () => {
  const seen = await scenario.run(['status', '--topology', 'other-context.yaml', '-o', 'json'], { cwd: dir })
  expect(seen.code).toBe(4)
  expect(JSON.parse(seen.stdout)).toMatchObject({ unread: [{ cluster: 'zone-a', why: expect.stringContaining('tricenter-lab-zone-x') }] })
})

test.skipIf(process.getuid?.() === 0)('a topology that may not be read is named', async () => {
  const answer = await scenario.run(['status', '--topology', 'unreadable.yaml'], { cwd: dir })
  expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining('Could not read unreadable.yaml: EACCES') })
})
