import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { POST_RENDERER } from '../../domain/helm-call.ts'

/** How long the shell waits for its answer, in tenths of a second: when this process has died, Helm must end too. */
const PATIENCE = 600

/**
 * Lets this process stand between Helm's render and what Helm applies. Helm runs a small shell program (3: of PATH, 4: as a plugin) that hands the render over as
 * a file and waits for the other one; where nothing comes, or an error, the program fails and Helm applies nothing.
 */
export interface PostRenderer {
  /** To stand in PATH for Helm 3. */
  readonly programs: string
  /** To stand in HELM_PLUGINS for Helm 4. */
  readonly plugins: string
  /** Answers the next render while `during` runs; `laid` throws what must not be applied. */
  serve<T>(lay: (render: string) => string, during: () => Promise<T>): Promise<T>
}

export async function makePostRenderer(directory: string): Promise<PostRenderer> {
  const plugins = join(directory, 'plugins')
  const home = join(plugins, POST_RENDERER)
  const program = join(home, POST_RENDERER)
  const exchange = join(directory, 'exchange')
  await mkdir(home, { recursive: true, mode: 0o700 })
  await mkdir(exchange, { recursive: true, mode: 0o700 })
  await writeFile(program, script(exchange), { mode: 0o700 })
  await chmod(program, 0o700)
  await writeFile(join(home, 'plugin.yaml'), manifest(program))
  return {
    programs: home,
    plugins,
    async serve(lay, during) {
      const ended = new AbortController()
      const answering = answer(exchange, lay, ended.signal)
      try {
        return await during()
      } finally {
        ended.abort()
        await answering
      }
    },
  }
}

async function answer(exchange: string, lay: (render: string) => string, ended: AbortSignal): Promise<void> {
  const asked = join(exchange, 'render')
  while (!ended.aborted) {
    if (!existsSync(asked)) {
      await sleep(20, undefined, { signal: ended }).catch(() => undefined)
      continue
    }
    const given = join(exchange, 'answer')
    try {
      await writeFile(`${given}.part`, lay(await readFile(asked, 'utf8')), { mode: 0o600 })
      await rename(asked, `${asked}.seen`)
      await rename(`${given}.part`, given)
    } catch (error) {
      await rename(asked, `${asked}.seen`).catch(() => undefined)
      await writeFile(join(exchange, 'refused'), `${error instanceof Error ? error.message : String(error)}\n`, { mode: 0o600 })
    }
  }
}

function script(exchange: string): string {
  return `#!/bin/sh
# Lays the weights that are in force over what Helm rendered: the process that started Helm does it.
cd ${quoted(exchange)} || exit 1
rm -f answer refused
umask 077
cat > render.part && mv render.part render || exit 1
left=${PATIENCE}
while [ "$left" -gt 0 ]; do
  if [ -f answer ]; then cat answer && rm -f answer && exit 0; exit 1; fi
  if [ -f refused ]; then cat refused >&2; exit 1; fi
  left=$((left - 1))
  sleep 0.1
done
echo 'tricenter: nobody laid the weights in force over the render' >&2
exit 1
`
}

function manifest(program: string): string {
  return `apiVersion: v1
type: postrenderer/v1
name: ${POST_RENDERER}
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: ${JSON.stringify(program)}
`
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`
}
