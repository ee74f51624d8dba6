import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { questions } from '../../src/checks/questions.ts'

/** That questions are asked where they pass and where they do not, by name: what they say there is in the tests themselves. */

const tests = globSync('test/{checks,engine,scenarios,transcripts}/**/*.test.ts', { cwd: new URL('../..', import.meta.url).pathname })
  .toSorted()
  .map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))

const identifier = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Of the set-up, `doctor` has scenarios of its own. */
const asked = questions.filter(({ group }) => group !== 'setup')
/** What answers nothing is broken, whatever the reason: there is nothing that it cannot tell. */
const DECIDED = ['gateway-answers']

/** Reasons of these kinds of conclusion, as the question's source and what it shares with others writes them. */
function reasonsOf(name: string, kinds: string): readonly string[] {
  const own = readFileSync(new URL(`../../src/checks/${name}.ts`, import.meta.url), 'utf8')
  const shared = [...own.matchAll(/from '\.\/(figure-question|data-plane-seen|share)\.ts'/g)].map(([, file = '']) =>
    readFileSync(new URL(`../../src/checks/${file}.ts`, import.meta.url), 'utf8'),
  )
  const said = new RegExp(`\\b(?:${kinds})\\b[^']{0,120}'([a-z-]+)'(?:\\s*:\\s*'([a-z-]+)')?`, 'g')
  return [own, ...shared].flatMap((source) => [...source.matchAll(said)].flatMap(([, one, other]) => [one ?? [], other ?? []].flat()))
}

test.each(asked.map(({ name, needs }) => ({ name, needs: Object.keys(needs).length })))(
  '$name is tested where it passes, where it does not, and where it cannot tell',
  ({ name, needs }) => {
    const naming = tests.filter((text) => text.includes(identifier(name)) || text.includes(name))
    const isSaid = (kinds: string): boolean => {
      const reasons = reasonsOf(name, kinds)
      return naming.some((text) => reasons.some((reason) => text.includes(reason)))
    }
    expect(naming.length, 'tests that name it').toBeGreaterThan(0)
    expect(isSaid('passed'), 'a reason to pass').toBe(true)
    expect(isSaid('failed|warned'), 'a reason not to').toBe(true)
    // What it needs is missing in turn in every-question.test.ts.
    if (needs === 0 && !DECIDED.includes(name)) expect(isSaid('unsure|gapConclusion'), 'a reason why it cannot tell').toBe(true)
  },
)
