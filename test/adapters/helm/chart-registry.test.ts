import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chartDigest } from '../../../src/adapters/helm/digest.ts'
import { realHelms } from './helms.ts'
import { openOciRegistry, type OciRegistry } from './oci-registry.ts'
import { openedHelm, soon } from './opened-helm.ts'

const USER = { name: 'puller', password: 'not-for-anybody-else' }

test.for(realHelms().length === 0 ? ['no binaries'] : [])('charts of a registry (not run: %s)', (_, { skip }) => skip())

describe.each(realHelms())('charts of a registry, by Helm $major', ({ program }) => {
  let registry: OciRegistry
  let dir: string
  const env = (): Record<string, string> => ({ HELM_REGISTRY_CONFIG: join(dir, 'config.json') })
  const chart = (version = '1.4.0') => ({ reference: `oci://${registry.host}/charts/gateway-stack`, version, caFile: join(dir, 'ca.pem') })
  const helmRuns = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)(program, args, { env: { ...env(), PATH: process.env['PATH'] ?? '', HOME: dir } })
    return stdout + stderr
  }
  const push = async (version: string): Promise<{ readonly file: string; readonly manifest: string | undefined }> => {
    const source = join(dir, `source-${version}`)
    cpSync(resolve('test/charts/gateway-stack'), source, { recursive: true })
    const about = join(source, 'Chart.yaml')
    writeFileSync(about, readFileSync(about, 'utf8').replace(/^version: .*$/m, `version: ${version}`))
    await helmRuns('package', source, '--destination', dir)
    const file = join(dir, `gateway-stack-${version}.tgz`)
    const said = await helmRuns('push', file, `oci://${registry.host}/charts`, '--ca-file', join(dir, 'ca.pem'))
    return { file, manifest: /sha256:([0-9a-f]{64})/.exec(said)?.[1] }
  }
  let first: Awaited<ReturnType<typeof push>>

  beforeAll(async () => {
    registry = await openOciRegistry(USER)
    dir = mkdtempSync(join(tmpdir(), 'tricenter-registry-'))
    writeFileSync(join(dir, 'ca.pem'), registry.ca)
    const auth = Buffer.from(`${USER.name}:${USER.password}`).toString('base64')
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
    mkdirSync(join(dir, 'docker'))
    cpSync(join(dir, 'config.json'), join(dir, 'docker', 'config.json'))
    first = await push('1.4.0')
    await push('1.5.0')
  })
  afterAll(async () => {
    await registry?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('are known by the digest of the package and of the manifest, and are pulled once', async () => {
    const { helm } = openedHelm(program, env())
    const pulled = await helm.pull(chart(), soon())
    expect(pulled).toMatchObject({ state: 'present', value: { digest: await chartDigest(first.file), manifest: first.manifest } })
    const asked = registry.asked.length
    registry.retag('charts/gateway-stack', '1.5.0', '1.4.0')
    expect(await helm.pull(chart(), soon())).toEqual(pulled)
    expect(await helm.chart(chart(), soon())).toMatchObject({ value: { version: '1.4.0' } })
    expect(registry.asked).toHaveLength(asked)
    const other = openedHelm(program, env())
    expect((await other.helm.chart(chart(), soon())).state).toBe('present')
    expect(await other.helm.pull(chart(), soon())).not.toMatchObject({ value: { digest: await chartDigest(first.file) } })
    await push('1.4.0')
  })

  test('are kept: what was confirmed is found again by its digest, and is not taken where its bytes have changed', async () => {
    const { helm, state } = openedHelm(program, env())
    const pulled = await helm.pull(chart(), soon())
    if (pulled.state !== 'present') throw new Error(JSON.stringify(pulled))
    const asked = registry.asked.length
    const again = openedHelm(program, env(), state)
    expect(await again.helm.pull(chart(), soon(), pulled.value.digest)).toMatchObject({
      value: { path: pulled.value.path, digest: pulled.value.digest },
    })
    expect(registry.asked).toHaveLength(asked)
    writeFileSync(pulled.value.path, 'spoilt')
    expect(await openedHelm(program, env(), state).helm.pull(chart(), soon(), pulled.value.digest)).toMatchObject({
      value: { digest: pulled.value.digest, manifest: expect.any(String) as string },
    })
    expect(registry.asked.length).toBeGreaterThan(asked)
  })

  test('credentials may be those of docker, authorities those of the environment', async () => {
    const { caFile: _, ...plain } = chart()
    const { helm } = openedHelm(program, { DOCKER_CONFIG: join(dir, 'docker'), SSL_CERT_FILE: join(dir, 'ca.pem') })
    expect(await helm.pull(plain, soon())).toMatchObject({ state: 'present' })
  })

  test.each([
    ['an unknown version', { version: '9.9.9' }, {}, /gateway-stack:9\.9\.9: not found/],
    ['nobody signed for it', { caFile: undefined }, {}, /certificate signed by unknown authority/],
    ['no credentials', {}, { HELM_REGISTRY_CONFIG: '/nowhere/config.json' }, /credential/],
    ['a registry that is down', { reference: 'oci://127.0.0.1:1/charts/gateway-stack' }, {}, /connection refused/],
  ])('%s is said in one line', async (_, other, more, why) => {
    const { caFile, ...rest } = { ...chart(), ...other }
    const { helm } = openedHelm(program, { ...env(), ...more })
    const seen = await helm.pull({ ...rest, ...(caFile === undefined ? {} : { caFile }) }, soon())
    expect(seen).toMatchObject({ why: expect.stringMatching(why) as string })
    expect(JSON.stringify(seen)).not.toMatch(/\\n|FetchReference|not-for-anybody-else/)
  })

  test('a blob that is not what its digest says is no chart', async () => {
    registry.spoil()
    const { helm } = openedHelm(program, env())
    expect(await helm.pull(chart(), soon())).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('mismatched digest') as string,
    })
  })
})
