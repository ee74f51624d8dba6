import { fault, type Fault } from '../domain/fault.ts'

/** Apart from completion, for the one file that `--help` and a Tab load holds no faults. */
export const unknownShell = (shell: string): Fault => fault('usage', 'unknown-shell', { shell })
