import { defineConfig } from 'vitest/config'

/** The whole matrices, far too long for `npm test`: `npm run test:crash`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/crash/**/*.test.ts', 'test/scenarios/fault-matrix.test.ts'],
    env: { TRICENTER_MATRIX: 'whole' },
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
