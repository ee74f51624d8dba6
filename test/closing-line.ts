import type { Reporter, TestModule } from 'vitest/node'

/** Ends every test run with one plain line: `590 passed, 0 failed, 1 skipped`. A file that could not be loaded is a failure; so is an error outside of any test. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const one of modules) {
      const states = [...one.children.allTests()].map((test) => test.result().state)
      for (const state of states) count[state === 'pending' ? 'skipped' : state]++
      if (one.state() === 'failed' && !states.includes('failed')) count.failed++
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
  }
}
