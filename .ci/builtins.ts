import type { Plugin } from 'esbuild'
import { builtinModules } from 'node:module'

/** Nothing but functions, and with them half of what Node has for terminals and streams: loaded when one is called. */
const LATER = 'fs/promises'

const isName = /^[A-Za-z_$][\w$]*$/

/**
 * What chunks import of Node itself is taken from `process.getBuiltinModule`, name by name.
 * An `import` would make Node read every export of that module first: of `node:http` alone that loads all of its own undici, which takes longer than a switch.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(setup) {
    setup.onResolve({ filter: /^(node:)?[a-z_0-9]+(\/[a-z_0-9]+)*$/ }, ({ kind, path }) => {
      const name = path.replace(/^node:/, '')
      return kind === 'import-statement' && builtinModules.includes(name)
        ? { path: name, namespace: 'builtin', sideEffects: false }
        : undefined
    })
    setup.onLoad({ filter: /./, namespace: 'builtin' }, async ({ path }) => {
      const found = (await import(`node:${path}`)) as Readonly<Record<string, unknown>>
      const names = Object.keys(found).filter((one) => isName.test(one) && one !== 'default')
      if (path === LATER) {
        const called = names.filter((one) => typeof found[one] === 'function')
        const call = (one: string): string =>
          `const _${one} = (...given) => process.getBuiltinModule('node:${path}').${one}(...given); export { _${one} as ${one} }`
        return { contents: [`export default /* @__PURE__ */ process.getBuiltinModule('node:${path}')`, ...called.map(call)].join('\n') }
      }
      return {
        contents: [
          `const builtin = /* @__PURE__ */ process.getBuiltinModule('node:${path}')`,
          'export default builtin',
          ...names.map((one) => `const _${one} = /* @__PURE__ */ ((from) => from.${one})(builtin); export { _${one} as ${one} }`),
        ].join('\n'),
      }
    })
  },
}

/** `require` for bundled CommonJS packages, which an ESM file does not have. What is not Node's own is not there: some ask for a faster add-on and do without. */
export const REQUIRE =
  'const require = (name) => { const found = process.getBuiltinModule(name); if (found === undefined) throw new Error(`Cannot find module ${name}`); return found };'
