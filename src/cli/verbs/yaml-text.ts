/** YAML for stdout, loaded when it is asked for. The package is CommonJS: only a static import gives its names in the built program. */
export { parse, stringify } from 'yaml'
