import { http, type Said } from './answering-server.ts'

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** One way for an answer to be broken, made from the sound series that would have been right. `when`: it is not the value that is broken, but the answer that tells how old it is. */
export interface Broken {
  readonly is: string
  readonly when?: 'age'
  readonly say: (series: readonly Series[]) => Said
}

const success = (result: unknown, more: object = {}, resultType: unknown = 'vector') => ({
  status: 'success',
  data: { resultType, result },
  ...more,
})
const json = (body: unknown, status = 200): Said => ({ raw: http(status, JSON.stringify(body)) })
const page = '<!doctype html><html><head><title>Sign in</title></head><body>Welcome</body></html>'
const sound = (series: readonly Series[]): string => JSON.stringify(success(series))
const each = (is: string, value: unknown): Broken => ({
  is,
  say: (series) => json(success(series.map((one) => ({ ...one, value: [one.value[0], value] })))),
})
const timed = (is: string, seconds: number): Broken => ({
  is,
  say: (series) => json(success(series.map(({ metric, value: [at, text] }) => ({ metric, value: [at + seconds, text] })))),
})
const error = { status: 'error', errorType: 'execution', error: 'query timed out in expression evaluation' }

export const brokenAnswers: readonly Broken[] = [
  { is: 'reset before a byte', say: () => ({ raw: '', end: 'reset' }) },
  { is: 'closed before a byte', say: () => ({ raw: '' }) },
  { is: 'silent', say: () => ({ raw: '', end: 'hang' }) },
  { is: 'silent after the head', say: () => ({ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n', end: 'hang' }) },
  { is: 'silent within the body', say: (series) => ({ raw: http(200, sound(series), 'application/json', 9_999), end: 'hang' }) },
  {
    is: 'reset within the body',
    say: (series) => ({ raw: http(200, sound(series).slice(0, 60), 'application/json', 9_999), end: 'reset' }),
  },
  { is: 'closed within the body', say: (series) => ({ raw: http(200, sound(series), 'application/json', 9_999) }) },
  { is: 'not HTTP', say: () => ({ raw: 'SSH-2.0-OpenSSH_9.2\r\n' }) },
  { is: 'empty', say: () => ({ raw: http(200, '') }) },
  { is: 'of no content', say: () => ({ raw: 'HTTP/1.1 204 No Content\r\n\r\n' }) },
  { is: 'a part of the content', say: (series) => ({ raw: http(206, sound(series)) }) },
  { is: 'moved', say: (series) => ({ raw: http(301, sound(series)).replace('\r\n\r\n', '\r\nlocation: http://127.0.0.1:1/\r\n\r\n') }) },
  {
    is: 'a redirect to a login',
    say: () => ({ raw: http(302, page, 'text/html').replace('\r\n\r\n', '\r\nlocation: https://login.example/\r\n\r\n') }),
  },
  { is: 'unauthorised', say: () => ({ raw: http(401, page, 'text/html') }) },
  { is: 'forbidden', say: () => json({ message: 'forbidden' }, 403) },
  { is: 'not found', say: () => ({ raw: http(404, '404 page not found', 'text/plain') }) },
  { is: 'a server error around a sound body', say: (series) => ({ raw: http(500, sound(series)) }) },
  { is: 'a bad gateway', say: () => ({ raw: http(502, page, 'text/html') }) },
  { is: 'refused as too busy', say: () => json({ ...error, errorType: 'unavailable' }, 503) },
  { is: 'refused as bad', say: () => json({ ...error, errorType: 'bad_data' }, 400) },
  { is: 'a page', say: () => ({ raw: http(200, page, 'text/html') }) },
  { is: 'a page that says that it is JSON', say: () => ({ raw: http(200, page) }) },
  { is: 'plain text', say: () => ({ raw: http(200, 'OK', 'text/plain') }) },
  { is: 'a bare number', say: () => ({ raw: http(200, '0') }) },
  { is: 'JSON that ends early', say: (series) => ({ raw: http(200, sound(series).slice(0, -12)) }) },
  { is: 'JSON and more', say: (series) => ({ raw: http(200, `${sound(series)}}`) }) },
  { is: 'too large', say: (series) => ({ raw: http(200, `${' '.repeat(9 * 2 ** 20)}${sound(series)}`) }) },
  { is: 'compressed without a word', say: () => ({ raw: http(200, '\u001f\u008b\b\u0000\u0000') }) },
  { is: 'an error with status 200', say: () => json(error) },
  { is: 'an error beside data', say: (series) => json({ ...success(series), status: 'error', errorType: 'x', error: 'y' }) },
  { is: 'without a status', say: (series) => json({ data: success(series).data }) },
  { is: 'without data', say: () => json({ status: 'success' }) },
  { is: 'of null data', say: () => json({ status: 'success', data: null }) },
  { is: 'partial, with a warning', say: (series) => json(success(series, { warnings: ['store zone-b: connection refused'] })) },
  {
    is: 'partial, with a remark',
    say: (series) => json(success(series, { infos: ['PromQL info: input to histogram_quantile needed to be fixed'] })),
  },
  {
    is: 'a matrix',
    say: (series) =>
      json(
        success(
          series.map(({ metric, value }) => ({ metric, values: [value] })),
          {},
          'matrix',
        ),
      ),
  },
  { is: 'a text', say: (series) => json(success([series[0]?.value[0], 'fine'], {}, 'string')) },
  { is: 'of no type', say: (series) => json(success(series, {}, null)) },
  { is: 'without any series', say: () => json(success([])) },
  { is: 'a result that is no list', say: () => json(success({})) },
  { is: 'a series that is null', say: () => json(success([null])) },
  { is: 'a series without labels', say: (series) => json(success(series.map(({ value }) => ({ value })))) },
  { is: 'a series without a value', say: (series) => json(success(series.map(({ metric }) => ({ metric })))) },
  {
    is: 'a native histogram',
    say: (series) => json(success(series.map(({ metric, value: [at] }) => ({ metric, histogram: [at, { count: '1', sum: '1' }] })))),
  },
  { is: 'a series twice', say: (series) => json(success([...series, ...series])) },
  each('NaN', 'NaN'),
  each('infinite', '+Inf'),
  each('less than nothing without end', '-Inf'),
  each('negative', '-1'),
  each('a number where a text is due', 0),
  each('no number', '0x0'),
  each('half a number', '0 requests'),
  each('an empty text', ''),
  { is: 'without a time', say: (series) => json(success(series.map(({ metric, value }) => ({ metric, value: [null, value[1]] })))) },
  timed('of an hour ago', -3_600),
  timed('of tomorrow', 86_400),
  {
    is: 'of old samples',
    when: 'age',
    say: ([one]) => json(success([{ metric: {}, value: [one?.value[0], String((one?.value[0] ?? 0) - 600)] }])),
  },
  {
    is: 'of samples from the future',
    when: 'age',
    say: ([one]) => json(success([{ metric: {}, value: [one?.value[0], String((one?.value[0] ?? 0) + 600)] }])),
  },
  { is: 'of samples without a time', when: 'age', say: () => json(success([])) },
  { is: 'of samples of no time', when: 'age', say: ([one]) => json(success([{ metric: {}, value: [one?.value[0], 'NaN'] }])) },
  { is: 'of samples whose time is refused', when: 'age', say: () => json(error, 422) },
]
