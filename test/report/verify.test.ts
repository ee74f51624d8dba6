import { describe, expect, test } from 'vitest'
import { diffJsonSchema, verificationJsonSchema } from '../../src/documents/json-schema.ts'
import { verifyExitCode } from '../../src/domain/verify.ts'
import { verifyGithub } from '../../src/report/verify-github.ts'
import { verifyJUnit } from '../../src/report/verify-junit.ts'
import { verifyMarkdown } from '../../src/report/verify-markdown.ts'
import { verificationDocument } from '../../src/ui/verify-document.ts'
import { compared, documentOf, kindOf, object } from '../compare/world.ts'
import { draft7Errors } from '../documents/draft7.ts'
import { check, concluded, mixed, NOW, readingOf, withoutA } from './verification.ts'
import { parseXml, type XmlElement } from './xml.ts'

describe('JUnit', () => {
  const suitesOf = (root: XmlElement) => root.children.map(({ attributes }) => attributes['name'])
  const casesOf = (root: XmlElement) =>
    root.children.flatMap((suite) =>
      suite.children.map((one) => `${one.attributes['classname']} ${one.children.map(({ name }) => name).join() || 'passed'}`),
    )

  test('a suite per center and one for all together, a case per check', () => {
    const root = parseXml(verifyJUnit(mixed(), NOW))
    expect(suitesOf(root)).toEqual(['zone-a', 'zone-b', 'zone-c', 'all centers'])
    expect(casesOf(root)).toEqual([
      'zone-a.routes.pods passed',
      'zone-a.routes.backends passed',
      'zone-a.routes.budgets system-out',
      'zone-a.routes.answers passed',
      'zone-a.routes.ledgers skipped',
      'zone-a.routes.headers skipped',
      'zone-b.routes.pods passed',
      'zone-b.routes.backends failure',
      'zone-b.routes.budgets passed',
      'zone-b.routes.answers passed',
      'zone-b.routes.ledgers skipped',
      'zone-b.routes.headers skipped',
      'zone-c.routes.pods passed',
      'zone-c.routes.backends passed',
      'zone-c.routes.budgets passed',
      'zone-c.routes.answers error',
      'zone-c.routes.ledgers skipped',
      'zone-c.routes.headers skipped',
      'all centers.routes.alike passed',
    ])
  })

  test.each([
    ['of each kind', mixed()],
    ['of a center out of traffic', withoutA()],
  ])('what it counts is what it holds: %s', (_, reading) => {
    const root = parseXml(verifyJUnit(reading, NOW))
    const held = (elements: readonly XmlElement[], name: string) =>
      String(elements.filter(({ children }) => children.some((one) => one.name === name)).length)
    for (const one of [root, ...root.children]) {
      const cases = one.name === 'testsuites' ? one.children.flatMap(({ children }) => children) : one.children
      expect(one.attributes).toMatchObject({
        tests: String(cases.length),
        failures: held(cases, 'failure'),
        errors: held(cases, 'error'),
        skipped: held(cases, 'skipped'),
      })
    }
    expect(root.attributes['tests']).toBe(String(reading.verification.outcomes.length))
    expect(root.attributes['time']).toBe('1.234')
  })

  test('a failure says what, why, next and what was seen, whatever characters are in it', () => {
    const root = parseXml(verifyJUnit(mixed(), NOW))
    const [failure] = root.children[1]?.children[1]?.children ?? []
    expect(failure).toMatchObject({ name: 'failure', attributes: { message: '2 of 3 ready <&> "quoted" | piped', type: 'q.ill' } })
    expect(failure?.text.split('\n').slice(0, 4)).toEqual([
      'ai/x: 2 of 3 ready <&> "quoted" | piped',
      'Clients get 503.',
      'Next: kubectl get pods -n ai-system',
      '  Deployment ai-system/a = 2/3 (limit 3), 4 s ago',
    ])
    const hostile = concluded('failed', 'q.ill', { facts: { count: '\u0000\u001B[31m\uD800 ]]> &amp;' } })
    const [suite] = parseXml(verifyJUnit(readingOf(check('hostile', { 'zone-a': [hostile] })), NOW)).children
    expect(suite?.children[0]?.children[0]?.attributes['message']).toContain('\uFFFD\uFFFD[31m\uFFFD ]]> &amp; of 3 ready')
  })

  test('a center out of traffic fails nothing: its cases are skipped, and say why', () => {
    const root = parseXml(verifyJUnit(withoutA(), NOW))
    expect(root.attributes).toMatchObject({ tests: '6', failures: '0', errors: '0', skipped: '2' })
    expect(root.children[0]?.children[0]?.children[0]).toMatchObject({
      name: 'skipped',
      attributes: { message: 'out of traffic, not counted: its API cannot be read: no answer' },
    })
  })
})

describe('Markdown', () => {
  const rows = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('|'))

  test('counts, the table of checks by center, and what is not well with its evidence', () => {
    const page = verifyMarkdown(mixed(), NOW)
    expect(page).toContain('10 ok · 1 failed · 1 warned · 1 cannot tell · 6 not applicable · in 1.2 s')
    expect(rows(page).slice(0, 4)).toEqual([
      '| CHECK | zone-a | zone-b | zone-c | all |',
      '| --- | --- | --- | --- | --- |',
      '| TC-101 pods stand as declared | ok | ok | ok | – |',
      '| TC-102 backends stand as declared | ok | FAIL | ok | – |',
    ])
    expect(new Set(rows(page).map((row) => row.replaceAll('\\|', '').split('|').length))).toEqual(new Set([7]))
    expect(page).toContain('First broken link: zone-b at the object.')
    expect(page.match(/^### .*$/gm)).toEqual(['### FAIL: TC-102', '### cannot tell: TC-104', '### warn: TC-103'])
    expect(page).toMatch(/zone-b: ai\/x, ai\/y/)
    expect(page).toMatch(/Deployment ai-system\/a = 2\/3 \(limit 3\), 4 s ago/)
  })

  test('a center out of traffic is in brackets, last, and said to be deferred', () => {
    const page = verifyMarkdown(withoutA(), NOW)
    expect(rows(page)[2]).toBe('| TC-101 pods stand as declared | (cannot tell) | ok | ok |')
    expect(page).toContain('### (cannot tell): TC-101, TC-102')
    expect(page).toContain('zone-a out of traffic by the switch in force: what is in brackets does not count.')
    expect(page).toContain('zone-a cannot be read, and is deferred: tricenter sync --center zone-a --wait')
    expect(page).toContain('4 ok · 2 of centers out of traffic')
  })
})

describe('annotations of GitHub', () => {
  const lines = (reading = mixed()) => verifyGithub(reading, 'the counts', NOW).trimEnd().split('\n')

  test('an error for what failed, a warning for the rest, one line each', () => {
    expect(lines().map((line) => line.slice(0, line.indexOf('::', 2)))).toEqual([
      '::error title=TC-102 zone-b%3A ai/x%2C ai/y',
      '::warning title=TC-104 zone-c',
      '::warning title=TC-103 zone-a',
    ])
    expect(lines()[0]).toContain('piped%0AClients get 503.%0ANext: kubectl')
  })

  test('a percent sign, a line break or a command inside says nothing else', () => {
    const bad = concluded('failed', 'q.ill', { facts: { count: '100 %\n::error::x\r' }, subject: 'a::b,c' })
    const [line, ...rest] = lines(readingOf(check('hostile', { 'zone-a': [bad] })))
    expect(rest).toEqual([])
    expect(line).toMatch(/title=TC-\d+ zone-a%3A a%3A%3Ab%2Cc::100 %25%0A::error::x%0D/)
  })

  test('nothing wrong is a notice; so is what does not count', () => {
    expect(lines(readingOf(check('well', { 'zone-a': [concluded('passed', 'q.well')] })))).toEqual([
      '::notice title=tricenter verify::the counts',
    ])
    expect(lines(withoutA()).map((line) => line.split('::')[1])).toEqual(['notice title=(cannot tell) TC-101 TC-102 zone-a'])
  })
})

describe('JSON', () => {
  test('keeps to its published schema, and carries reasons, facts and words', () => {
    for (const reading of [mixed(), mixed('zh'), withoutA()]) {
      const document = JSON.parse(JSON.stringify(verificationDocument(reading))) as { exit: number; counts: object }
      expect(draft7Errors(verificationJsonSchema(), document)).toEqual([])
      expect(document.exit).toBe(verifyExitCode(reading.verification))
    }
    expect(verificationDocument(mixed())).toMatchObject({
      kind: 'Verification',
      exit: 1,
      counts: { passed: 10, failed: 1, warning: 1, inconclusive: 1, skipped: 6, out: 0 },
    })
    expect(verificationDocument(withoutA())).toMatchObject({ exit: 0, out: ['zone-a'], counts: { passed: 4, inconclusive: 0, out: 2 } })
  })

  test('a document that is not one is refused by the schema', () => {
    const document = verificationDocument(mixed())
    for (const wrong of [
      { ...document, exit: 3 },
      { ...document, more: 1 },
      { ...document, counts: {} },
      { ...document, outcomes: [{}] },
    ])
      expect(draft7Errors(verificationJsonSchema(), wrong)).not.toEqual([])
  })

  test('that of diff keeps to its schema too', () => {
    const deployment = (replicas: number) => object('Deployment', { spec: { replicas } }, { name: 'higress-gateway' })
    const document = documentOf(
      compared({
        kind: kindOf('Deployment'),
        columns: { 'zone-a': [deployment(3)], 'zone-b': [deployment(3)], 'zone-c': [deployment(2)] },
        intents: [
          {
            kind: 'Deployment',
            name: '*',
            path: 'spec.replicas',
            centers: ['zone-c'],
            value: 2,
            reason: 'small',
            owner: 'sre',
            until: NOW,
          },
        ],
      }),
    )
    expect(document.objects).toHaveLength(1)
    expect(draft7Errors(diffJsonSchema(), JSON.parse(JSON.stringify(document)))).toEqual([])
  })
})
