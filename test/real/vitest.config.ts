import { defineConfig } from 'vitest/config'

/** The end-to-end scenarios on real control planes, and the two kinds of API servers side by side; `run.ts` says which engine. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    setupFiles: [new URL('../seed.ts', import.meta.url).pathname],
    include: ['test/scenarios/**/*.test.ts', 'test/real/**/*.test.ts', 'test/lab/engines/**/*.test.ts', 'test/deploy/**/*helm.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    pool: 'forks',
    fileParallelism: false,
    // Ten processes of control planes share the machine with the program under test: what fails is asked once more, and the table says so.
    retry: 1,
  },
})
