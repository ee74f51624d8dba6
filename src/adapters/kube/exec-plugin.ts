import { isEntry, type Entry } from './kubeconfig.ts'

/** What a login plugin gave. `expires`: ms since the epoch; absent: as long as the process runs. */
export interface ExecCredential {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
  readonly expires?: number
}

/** A login plugin of the kubeconfig (`exec`). Calls that come together share one run; its credential is kept until shortly before it expires. */
export interface ExecPlugin {
  /** Rejects with an error whose message is fit for people: what was run, how it ended, the last line of its stderr. */
  credential(): Promise<ExecCredential>
  /** The server refused what it gave: the next call runs it again. */
  forget(): void
}

/** A plugin that has not answered after this long (ms) is killed. A person may be logging in through a browser, so it is not short; each call has its own deadline anyway. */
const PATIENCE = 60_000
/** A failed run is not repeated for this long (ms), so that ten reads of a center do not run it ten times. */
const PAUSE = 2_000
/** Renewed this long (ms) before it expires. */
const MARGIN = 10_000
const MAX_OUTPUT = 2 ** 20

/** Plugins by their specification: contexts that log in alike run it once. */
export function execPlugins(
  env: Readonly<Record<string, string | undefined>>,
  patience = PATIENCE,
): (spec: Entry, cluster: Entry) => ExecPlugin {
  const known = new Map<string, ExecPlugin>()
  return (spec, cluster) => {
    const info = spec['provideClusterInfo'] === true ? clusterInfo(cluster) : undefined
    const key = JSON.stringify([spec, info])
    const plugin = known.get(key) ?? execPlugin(spec, info, env, patience)
    known.set(key, plugin)
    return plugin
  }
}

function execPlugin(spec: Entry, info: Entry | undefined, env: Readonly<Record<string, string | undefined>>, patience: number): ExecPlugin {
  let running: Promise<ExecCredential> | undefined
  let fresh = false
  return {
    credential() {
      if (running !== undefined && fresh) return running
      fresh = true
      const run = runPlugin(spec, info, env, patience)
      running = run
      run.then(
        ({ expires }) => {
          if (expires !== undefined) expire(run, Math.max(1000, expires - Date.now() - MARGIN))
        },
        () => expire(run, PAUSE),
      )
      return run
    },
    forget() {
      fresh = false
    },
  }

  function expire(run: Promise<ExecCredential>, after: number): void {
    setTimeout(
      () => {
        if (running === run) fresh = false
      },
      Math.min(Math.max(0, after), 2 ** 31 - 1),
    ).unref()
  }
}

async function runPlugin(
  spec: Entry,
  info: Entry | undefined,
  env: Readonly<Record<string, string | undefined>>,
  patience: number,
): Promise<ExecCredential> {
  const command = typeof spec['command'] === 'string' ? spec['command'] : ''
  if (command === '') throw new Error('the login plugin of the kubeconfig names no command')
  if (spec['interactiveMode'] === 'Always') throw new Error(`the login plugin "${command}" wants a terminal, which it cannot have here`)
  const apiVersion = typeof spec['apiVersion'] === 'string' ? spec['apiVersion'] : 'client.authentication.k8s.io/v1'
  const request = { kind: 'ExecCredential', apiVersion, spec: { interactive: false, ...(info === undefined ? {} : { cluster: info }) } }
  const extra = (Array.isArray(spec['env']) ? spec['env'] : []).filter(isEntry).map(({ name, value }) => [String(name), String(value)])
  const args = Array.isArray(spec['args']) ? spec['args'].map(String) : []
  const output = await outputOf(
    command,
    args,
    { ...env, ...(Object.fromEntries(extra) as Record<string, string>), KUBERNETES_EXEC_INFO: JSON.stringify(request) },
    patience,
  )
  return credentialOf(command, output)
}

/** The plugin's stdout. It runs in its own process group, which is killed as a whole, so that no grandchild holds the pipe. */
async function outputOf(
  command: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
  patience: number,
): Promise<string> {
  // Only who logs in through a plugin waits for it to load.
  const { spawn } = await import('node:child_process')
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    let stdout = ''
    let stderr = ''
    const kill = (): void => {
      try {
        process.kill(process.platform === 'win32' ? (child.pid ?? 0) : -(child.pid ?? 0), 'SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
    }
    const timer = setTimeout(() => {
      if (child.pid !== undefined) kill()
      reject(new Error(`the login plugin "${command}" gave no answer in ${patience / 1000} s${lastLine(stderr)}`))
    }, patience)
    timer.unref()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (stdout.length > MAX_OUTPUT) kill()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4096)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(
        new Error(`the login plugin "${command}" could not be started: ${error.code === 'ENOENT' ? 'no such command' : error.message}`),
      )
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) resolve(stdout)
      else reject(new Error(`the login plugin "${command}" ended with ${signal ?? code}${lastLine(stderr)}`))
    })
  })
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line.slice(0, 200)}`
}

function credentialOf(command: string, output: string): ExecCredential {
  const status = statusOf(output)
  const text = (key: string): string | undefined => (typeof status?.[key] === 'string' && status[key] !== '' ? status[key] : undefined)
  const token = text('token')
  const cert = text('clientCertificateData')
  const key = text('clientKeyData')
  if (token === undefined && (cert === undefined || key === undefined))
    throw new Error(`the login plugin "${command}" answered without a token or a certificate`)
  const expires = Date.parse(text('expirationTimestamp') ?? '')
  return {
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  }
}

function statusOf(output: string): Entry | undefined {
  try {
    const answer: unknown = JSON.parse(output)
    return isEntry(answer) && isEntry(answer['status']) ? answer['status'] : undefined
  } catch {
    return undefined
  }
}

/** The cluster as an `ExecCredential` request names it. */
function clusterInfo(cluster: Entry): Entry {
  const keys = ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'certificate-authority-data', 'proxy-url', 'disable-compression']
  return Object.fromEntries(keys.filter((key) => cluster[key] !== undefined).map((key) => [key, cluster[key]]))
}
