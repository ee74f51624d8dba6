import { main } from '../../src/cli/main.ts'

/** The program from its sources, for tests that need a process of its own. */
await main(process.argv.slice(2))
