#!/usr/bin/env node
// CommonJS, by the package.json beside it: Node's loader of ES modules alone takes a tenth of what `--help` may take.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`tricenter needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).\n`)
  process.exitCode = 2
} else {
  const { XDG_CACHE_HOME: base = '', HOME: home = '' } = process.env
  const cache = base.startsWith('/') ? base : home.startsWith('/') ? `${home}/.cache` : undefined
  // Not in Node's own place for it, a folder of /tmp: whoever makes that first has other users run what he puts there.
  if (cache) require('node:module').enableCompileCache?.(`${cache}/tricenter/modules`)
  void require('../dist/hot.cjs').main(process.argv.slice(2))
}
