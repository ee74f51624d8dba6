#!/usr/bin/env node
// CommonJS, by the package.json beside it: Node's loader of ES modules alone takes a tenth of what `--help` may take.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`tricenter needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).\n`)
  process.exitCode = 2
} else {
  require('node:module').enableCompileCache?.()
  void require('../dist/hot.cjs').main(process.argv.slice(2))
}
