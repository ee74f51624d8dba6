#!/usr/bin/env node
import module from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`tricenter needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).\n`)
  process.exitCode = 2
} else {
  module.enableCompileCache?.()
  const { main } = module.createRequire(import.meta.url)('../dist/hot.cjs')
  await main(process.argv.slice(2))
}
