import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inPieces, room } from '../../src/adapters/body.ts'

describe('a body', () => {
  test('is what came, in whatever pieces, with or without a length told before', () => {
    const body = fc.array(
      fc.uint8Array({ maxLength: 100 }).map((piece) => Buffer.from(piece)),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(body, fc.option(fc.nat(300), { nil: undefined }), fc.boolean()), { maxLength: 6 }), (bodies) => {
        const memory = room()
        const held: (readonly [Buffer, Buffer])[] = []
        for (const [pieces, size, freed] of bodies) {
          const gatherings = [inPieces(), memory.gather(size)]
          for (const piece of pieces) for (const one of gatherings) one.add(piece)
          const [expected = Buffer.alloc(0), whole = Buffer.alloc(0)] = gatherings.map((one) => one.whole())
          expect(expected).toEqual(Buffer.concat(pieces))
          expect(whole).toEqual(expected)
          if (freed) memory.free(whole)
          else held.push([whole, expected])
        }
        // None that is still held has been written over by a later one.
        for (const [whole, expected] of held) expect(whole).toEqual(expected)
      }),
    )
  })

  test('is put where one was that is not needed any more', () => {
    const memory = room()
    const gathered = (text: string): Buffer => {
      const one = memory.gather()
      one.add(Buffer.from(text))
      return one.whole()
    }
    const [first, second] = [gathered('first'), gathered('second')]
    expect(second.buffer).not.toBe(first.buffer)
    memory.free(first)
    expect(gathered('third').buffer).toBe(first.buffer)
    expect(second.toString()).toBe('second')
  })
})
