import { homedir } from 'node:os'
import { join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** What Helm, and the login plugins that it starts, may need of our environment. Nothing else is handed on. */
const KEPT = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LC_\w+|SYSTEMROOT|APPDATA|USERPROFILE)$/i,
  /^(https?|no|all)_proxy$/i,
  /^SSL_CERT_(FILE|DIR)$/,
  /^XDG_(CONFIG|DATA)_HOME$/,
  /^DOCKER_CONFIG$/,
  /^(AWS|AZURE|GOOGLE|CLOUDSDK|ALIBABA_CLOUD|TENCENTCLOUD|HUAWEICLOUD)_/,
  /^HELM_(CONFIG_HOME|DATA_HOME|REPOSITORY_CONFIG|REPOSITORY_CACHE|REGISTRY_CONFIG|PLUGINS|DRIVER|DRIVER_SQL_CONNECTION_STRING)$/,
]

/**
 * Helm's environment: the user's repositories, registries and storage driver, a cache of our own under XDG's, and none of the variables that name a cluster
 * (`KUBECONFIG`, `HELM_KUBECONTEXT`, `HELM_NAMESPACE` …): each call says where it goes.
 */
export function helmEnv(env: Env): Readonly<Record<string, string>> {
  const home = env['HOME'] ?? homedir()
  const cache = env['XDG_CACHE_HOME']?.startsWith('/') ? env['XDG_CACHE_HOME'] : join(home, '.cache')
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && KEPT.some((pattern) => pattern.test(name)) ? [[name, value] as const] : [],
  )
  return {
    HELM_REPOSITORY_CACHE:
      env['HELM_CACHE_HOME'] === undefined ? join(cache, 'helm', 'repository') : join(env['HELM_CACHE_HOME'], 'repository'),
    ...Object.fromEntries(kept),
    HELM_CACHE_HOME: join(cache, 'tricenter', 'helm'),
    HELM_NO_UPDATE_NOTIFIER: '1',
  }
}

/** Where Helm looks for plugins: a list of directories. */
export function pluginPath(env: Env): string {
  const data = env['HELM_DATA_HOME'] ?? join(env['XDG_DATA_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'share'), 'helm')
  return env['HELM_PLUGINS'] ?? join(data, 'plugins')
}
