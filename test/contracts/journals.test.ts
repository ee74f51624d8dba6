import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileJournals } from '../../src/adapters/file-journals.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { memoryClock } from '../worlds/memory-clock.ts'
import { memoryJournals } from '../worlds/memory-journals.ts'
import { journalsContract } from './journals-contract.ts'

journalsContract('in memory', async () => ({ journals: memoryJournals(memoryClock()), close: async () => undefined }))

journalsContract('as files', async () => {
  const state = await mkdtemp(join(tmpdir(), 'tricenter-journals-'))
  return { journals: fileJournals({ state, clock: systemClock }), close: () => rm(state, { recursive: true, force: true }) }
})
