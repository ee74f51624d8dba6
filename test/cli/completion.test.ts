import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { PROGRAM } from '../scenarios/program.ts'

const EXAMPLE = new URL('../documents/example.yaml', import.meta.url).pathname
let dir: string
let env: NodeJS.ProcessEnv

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-completion-'))
  for (const run of ['20261120-0315-aaaa', '20261121-0315-bbbb']) mkdirSync(join(dir, 'state', 'runs', run), { recursive: true })
  mkdirSync(join(dir, 'bin'))
  writeFileSync(join(dir, 'bin', 'tricenter'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 })
  symlinkSync(process.execPath, join(dir, 'bin', 'node'))
  const contexts = CONTEXTS.map((name) => ({ name, context: { cluster: name, user: name } }))
  writeFileSync(join(dir, 'kubeconfig'), stringify({ apiVersion: 'v1', kind: 'Config', contexts }))
  env = {
    KUBECONFIG: join(dir, 'kubeconfig'),
    PATH: [join(dir, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: dir,
    TRICENTER_TOPOLOGY: EXAMPLE,
    TRICENTER_STATE_DIR: join(dir, 'state'),
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What is offered for the last word. */
function offered(
  words: readonly string[],
  { program = PROGRAM, more = {} }: { program?: string; more?: NodeJS.ProcessEnv } = {},
): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [program, 'complete', '--', ...words], { encoding: 'utf8', env: { ...env, ...more } })
  return stdout.split('\n').flatMap((line) => (line === '' || line.startsWith(':') ? [] : [line.split('\t')[0] ?? '']))
}

const CONTEXTS = ['prod-a', 'prod-b']

const CASES = [
  { words: ['init', '--contexts', ''], values: CONTEXTS },
  { words: ['init', '--contexts', 'prod-a,'], values: ['prod-a,prod-b'] },
  { words: ['fail'], values: ['failover', 'failback'] },
  { words: ['failover', '--center', ''], values: ['zone-a', 'zone-b', 'zone-c'] },
  { words: ['failover', '--center', 'zone-a,'], values: ['zone-a,zone-b', 'zone-a,zone-c'] },
  { words: ['drill', ''], values: ['dual-center', 'single-center'] },
  { words: ['runbook', 'show', 'fail'], values: ['failback', 'failover'] },
  { words: ['resume', ''], values: ['20261121-0315-bbbb', '20261120-0315-aaaa'] },
  { words: ['drill', '--detect', ''], values: ['auto', 'now'] },
  { words: ['rbac', 'ver'], values: ['verify'] },
  { words: ['verify', 'gateway-a'], values: ['gateway-api-served', 'gateway-addressed', 'gateway-answers'] },
  { words: ['comple'], values: ['completion'] },
]
test.each(CASES)('completes $words', ({ words, values }) => {
  expect(offered(words)).toEqual(values)
})

test('a Tab is answered by one file, whatever it asks', () => {
  const alone = join(dir, 'alone')
  const own = join(PROGRAM, '..', '..')
  for (const part of ['bin', join('dist', 'hot.cjs')]) cpSync(join(own, part), join(alone, part), { recursive: true })
  for (const { words, values } of CASES) expect(offered(words, { program: join(alone, 'bin', 'tricenter.js') })).toEqual(values)
})

test.each([
  { form: 'JSON', text: '{"contexts":[{"name":"a"},{"name":"b"}]}' },
  { form: 'YAML that is not written line by line', text: 'contexts: [{ name: a },\n  { name: b }]' },
])('contexts of a kubeconfig in $form complete', ({ text }) => {
  const file = join(dir, 'other-kubeconfig')
  writeFileSync(file, text)
  expect(offered(['init', '--contexts', ''], { more: { KUBECONFIG: file } })).toEqual(['a', 'b'])
})

test.each([
  ['--topology', (file: string) => ['--topology', file]],
  ['--topology=', (file: string) => [`--topology=${file}`]],
  ['the home directory', () => ['--topology', '~/typed.yaml']],
  ['other global flags', (file: string) => ['-o', 'json', '--lang=zh', '-v', '--topology', file]],
])('files that are named earlier on the line are those that are read: %s', (_, flags) => {
  const file = join(dir, 'typed.yaml')
  writeFileSync(file, 'centers:\n  north:\n    context: a\n')
  expect(offered([...flags(file), 'failover', '--center', ''])).toEqual(['north'])
  expect(offered(['failover', ...flags(file), '--center', ''])).toEqual(['north'])
  expect(offered([...flags(file), 'resume', ''])).toEqual(['20261121-0315-bbbb', '20261120-0315-aaaa'])
  expect(offered([...flags(file), 'fail'])).toEqual(['failover', 'failback'])
})

test('a kubeconfig that is named earlier on the line is the one that is read', () => {
  const file = join(dir, 'typed-kubeconfig')
  writeFileSync(file, stringify({ contexts: [{ name: 'typed' }] }))
  expect(offered(['init', '--kubeconfig', file, '--contexts', ''])).toEqual(['typed'])
})

test('a global flag’s own value completes', () => {
  expect(offered(['failover', '--lang', ''])).toEqual(['en', 'zh'])
  expect(offered(['failover', '--lang=z'])).toEqual(['zh'])
})

test('a name that a shell would run is not offered', () => {
  const file = join(dir, 'hostile-kubeconfig')
  const ran = join(dir, 'ran')
  const names = [`$(touch ${ran})`, `\`touch ${ran}\``, 'prod-a', 'two words', 'a;b', 'a\tb', "it's", '生产-a']
  writeFileSync(file, stringify({ contexts: names.map((name) => ({ name })) }))
  expect(offered(['init', '--contexts', ''], { more: { KUBECONFIG: file } })).toEqual(['prod-a', '生产-a'])
  const ask = `
    source <(tricenter completion bash)
    _get_comp_words_by_ref() { cur=''; prev=--contexts; words=(tricenter init --contexts); cword=3; }
    compopt() { :; }
    __tricenter_complete`
  spawnSync('bash', ['-c', ask], { env: { ...env, KUBECONFIG: file } })
  expect(existsSync(ran)).toBe(false)
})

test('offers nothing where there is no topology, and says nothing', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, 'complete', '--', 'failover', '--center', ''], {
    encoding: 'utf8',
    env: { ...env, TRICENTER_TOPOLOGY: join(dir, 'none.yaml') },
  })
  expect({ stdout, stderr, status }).toEqual({ stdout: ':4\n', stderr: '', status: 0 })
})

test('a real bash completes with the script', () => {
  const ask = `
    source <(tricenter completion bash)
    COMP_WORDS=(tricenter failover --center zone-); COMP_CWORD=3; COMP_LINE="tricenter failover --center zone-"; COMP_POINT=\${#COMP_LINE}
    _get_comp_words_by_ref() { cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
    compopt() { :; }
    __tricenter_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', ask], { encoding: 'utf8', env })
  expect({
    values: stdout
      .trim()
      .split('\n')
      .map((line) => line.trim()),
    stderr,
  }).toEqual({ values: ['zone-a', 'zone-b', 'zone-c'], stderr: '' })
})

test.for([
  { shell: 'bash', check: ['-n'] },
  { shell: 'zsh', check: ['-n'] },
  { shell: 'fish', check: ['--no-execute'] },
])('the script for $shell is one that the shell can read', ({ shell, check }, { skip }) => {
  const { stdout: script, status } = spawnSync(process.execPath, [PROGRAM, 'completion', shell], { encoding: 'utf8', env })
  expect(status).toBe(0)
  expect(script).toContain('tricenter complete --')
  const file = join(dir, `script.${shell}`)
  writeFileSync(file, script)
  const { error, stderr, status: read } = spawnSync(shell, [...check, file], { encoding: 'utf8', env })
  if (error !== undefined) skip(`not run: ${shell} is not installed`)
  expect({ stderr, read }).toEqual({ stderr: '', read: 0 })
})

test('another shell is refused in one line', () => {
  const { stderr, status } = spawnSync(process.execPath, [PROGRAM, 'completion', 'tcsh'], { encoding: 'utf8', env })
  expect({ stderr, status }).toEqual({ stderr: 'tricenter: completion for tcsh: there are bash, zsh, fish\n', status: 2 })
})
