/**
 * Builds the programs of test/binaries that are missing in the cache, and prints their directory as the last line: npm run --silent lab:binaries [-- --only etcd,kubectl]
 * The cache is keyed by the module's checksums, so that another set of versions is another directory. Cold it takes a quarter of an hour on two cores, else seconds.
 * Ends with 1 where something does not build, with 3 where this machine cannot build at all: no Go, or its modules are out of reach.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const MODULE = join(import.meta.dirname, '../test/binaries')
const OLDER = join(MODULE, 'older')
const GO = '1.26'
const NOT_HERE = 3

const say = (text: string) => process.stderr.write(`${text}\n`)
const leave = (code: number, text: string): never => {
  say(text)
  process.exit(code)
}

interface Program {
  readonly package: string
  /** Where go.mod and go.sum are. */
  readonly module: string
  /** In the directory, as envtest has them. */
  readonly file: string
}

/** The order is that of use: whoever waits can begin with the first ones. The older kubectl has its version in its name, because the directory is named after the other module. */
const PACKAGES: Readonly<Record<string, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  helm3: 'helm.sh/helm/v3/cmd/helm',
  helm4: 'helm.sh/helm/v4/cmd/helm',
  prometheus: 'github.com/prometheus/prometheus/cmd/prometheus',
  promtool: 'github.com/prometheus/prometheus/cmd/promtool',
}
const PROGRAMS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(Object.entries(PACKAGES).map(([file, one]) => [file, { package: one, module: MODULE, file }])),
  'kubectl-older': {
    package: 'k8s.io/kubernetes/cmd/kubectl',
    module: OLDER,
    file: `kubectl-${version('k8s.io/kubernetes', OLDER)}`,
  },
}
/** The kinds that the lab uses, in the channel and version that Higress 2.1 brings. */
const CRDS = ['gatewayclasses', 'gateways', 'httproutes', 'referencegrants'].map((plural) => `gateway.networking.k8s.io_${plural}.yaml`)

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const wanted = only?.split(',') ?? Object.keys(PROGRAMS)
const unknown = wanted.filter((name) => PROGRAMS[name] === undefined)
if (unknown.length > 0) leave(2, `--only ${unknown.join(',')} is not one of ${Object.keys(PROGRAMS).join(', ')}`)

const checksums = createHash('sha256')
for (const file of ['go.mod', 'go.sum']) checksums.update(readFileSync(join(MODULE, file))).update('\0')
const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
const dir = join(cache, 'tricenter/binaries', checksums.digest('hex').slice(0, 16))
mkdirSync(join(dir, 'crds'), { recursive: true })

const missing = Object.entries(PROGRAMS).filter(([name, { file }]) => wanted.includes(name) && !existsSync(join(dir, file)))
const definitions = CRDS.filter((name) => !existsSync(join(dir, 'crds', name)))
if (missing.length > 0 || definitions.length > 0) {
  if (spawnSync('go', ['version']).status !== 0) {
    leave(
      NOT_HERE,
      `Could not build ${[...missing.map(([name]) => name), ...definitions].join(', ')}: no Go here.\nInstall Go ${GO} or newer (https://go.dev/dl) and ask again.`,
    )
  }
  for (const [name, program] of missing) fetch(name, program)
  if (definitions.length > 0) copyDefinitions()
  for (const [name, program] of missing) build(name, program)
}
process.stdout.write(`${dir}\n`)

/** What is compiled into it, from the module proxy or the module cache. */
function fetch(name: string, { package: path, module }: Program): void {
  const { status } = spawnSync('go', ['list', '-deps', path], { cwd: module, stdio: ['ignore', 'ignore', 2] })
  if (status !== 0)
    leave(
      NOT_HERE,
      `Could not fetch the modules of ${name}.\nGo ${GO} or newer and a way to a module proxy (\`go env GOPROXY\`) are needed.`,
    )
}

function build(name: string, { package: path, module, file }: Program): void {
  const began = performance.now()
  say(`${name}: building ${path} ${file === name ? '' : version('k8s.io/kubernetes', module)}`.trimEnd())
  const made = join(dir, `.${file}.${process.pid}`)
  const linked = ['-s', '-w', ...Object.entries(stamps(module)).map(([variable, value]) => `-X ${variable}=${value}`)].join(' ')
  const { status } = spawnSync('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', linked, '-o', made, path], {
    cwd: module,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    rmSync(made, { force: true })
    leave(1, `Could not build ${name}.`)
  }
  renameSync(made, join(dir, file))
  say(`${name}: built in ${Math.round((performance.now() - began) / 1000)} s`)
}

/** What a release's own build writes into its programs; without it kubectl and Helm cannot make out the server's version. */
function stamps(module: string): Readonly<Record<string, string>> {
  const kubernetes = version('k8s.io/kubernetes', module)
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(kubernetes) ?? []
  const ofKubernetes = {
    'k8s.io/component-base/version.gitVersion': kubernetes,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
  }
  if (module === OLDER) return ofKubernetes
  return {
    ...ofKubernetes,
    'helm.sh/helm/v3/internal/version.version': version('helm.sh/helm/v3'),
    'helm.sh/helm/v4/internal/version.version': version('helm.sh/helm/v4'),
    // Its module counts 0.315 for what is released as 3.15.
    'github.com/prometheus/common/version.Version': version('github.com/prometheus/prometheus').replace(/^v0\.(\d)(\d\d)\./, '$1.$2.'),
  }
}

function version(path: string, module = MODULE): string {
  const required = new RegExp(`^(?:require |\\s)${path} (v\\S+)`, 'm').exec(readFileSync(join(module, 'go.mod'), 'utf8'))
  return required?.[1] ?? leave(1, `${join(module, 'go.mod')} requires no ${path}.`)
}

function copyDefinitions(): void {
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', 'sigs.k8s.io/gateway-api'], { cwd: MODULE, encoding: 'utf8' })
  if (status !== 0) leave(NOT_HERE, `Could not fetch sigs.k8s.io/gateway-api.`)
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string }
  const from = join(Dir, 'config/crd/experimental')
  const offered = new Set(readdirSync(from))
  for (const name of definitions) {
    if (!offered.has(name)) leave(1, `Could not find ${name} in sigs.k8s.io/gateway-api ${version('sigs.k8s.io/gateway-api')}.`)
    const made = join(dir, 'crds', `.${name}.${process.pid}`)
    copyFileSync(join(from, name), made)
    renameSync(made, join(dir, 'crds', name))
  }
  say(`${definitions.length} definitions of the Gateway API ${version('sigs.k8s.io/gateway-api')} copied`)
}
