import type { Broken } from './broken.ts'

/** A sound runbook that uses every step key, and the one that it runs. */
export const trial = `apiVersion: tricenter.io/v1
kind: Runbook
name: trial
mode: drill
summary: { en: A drill, zh: 演练 }
params:
  centers:
    type: centers
    required: true
    summary: { en: Centers, zh: 中心 }
  limit:
    type: duration
    summary: { en: How long, zh: 多久 }
  fault:
    type: string
    default: scale
    oneOf: [scale, lost]
    summary: { en: Fault, zh: 故障 }
steps:
  - name: sure
    ask: { en: Go on?, zh: 继续？ }
  - name: work
    probe: { rate: 20, shareRate: 60 }
    during:
      - name: shift
        do: shift-weights
        with:
          out: \${params.centers}
        pace:
          steps: \${policy.steps}
          hold: \${policy.hold}
          gate: [errors-low]
      - name: recovered
        gate: [clients-recovered]
        until: 30s
      - name: sub
        run: helper
        with: { wait: 5s }
      - name: end
        always:
          - name: restore
            do: end-fault
  - name: clear
    do: clear-marks
`
export const helper = `apiVersion: tricenter.io/v1
kind: Runbook
name: helper
mode: change
summary: { en: A part, zh: 部分 }
params:
  wait:
    type: duration
    required: true
    summary: { en: How long, zh: 多久 }
steps:
  - name: clear
    do: clear-marks
`
export const trialKnown = { actions: ['shift-weights', 'clear-marks', 'end-fault'], checks: ['clients-recovered', 'errors-low'] }

/** Edits of `trial` (the first place where `from` stands) and every line that they lead to. */
export const brokenRunbooks: readonly Broken[] = [
  {
    says: 'a step has no key',
    from: 'do: clear-marks',
    to: 'with: {}',
    lines: ['trial.yaml:43:5: steps[2]: expected one of do, gate, ask, run, during, always'],
  },
  {
    says: 'a step key is misspelt',
    from: 'do: clear-marks',
    to: 'doo: clear-marks',
    lines: ['trial.yaml:44:5: steps[2].doo: unknown step key. Did you mean do?'],
  },
  {
    says: 'a step has two keys',
    from: 'do: clear-marks',
    to: 'do: clear-marks\n    run: helper',
    lines: ['trial.yaml:45:5: steps[2].run: do and run in one step: a step has one key'],
  },
  {
    says: 'a step is no map',
    from: '  - name: clear\n    do: clear-marks\n',
    to: '  - clear-marks\n',
    lines: ['trial.yaml:43:5: steps[2]: expected a step: a map with one of do, gate, ask, run, during, always, not "clear-marks"'],
  },
  { says: 'a step has no name', from: '  - name: clear\n    do:', to: '  - do:', lines: ['trial.yaml:43:5: steps[2].name: missing'] },
  {
    says: 'two steps have one name',
    from: 'name: clear',
    to: 'name: work',
    lines: ['trial.yaml:43:11: steps[2].name: step work is already in this list'],
  },
  {
    says: 'a step is named in capitals',
    from: 'name: clear',
    to: 'name: Clear',
    lines: ['trial.yaml:43:11: steps[2].name: expected a name of a-z, 0-9 and - (at most 63), not "Clear"'],
  },
  {
    says: 'an action is unknown',
    from: 'do: shift-weights',
    to: 'do: shift-wieghts',
    lines: ['trial.yaml:26:13: steps[1].during[0].do: unknown action shift-wieghts. Did you mean shift-weights?'],
  },
  {
    says: 'a check is unknown',
    from: 'gate: [clients-recovered]',
    to: 'gate: [client-recovered]',
    lines: ['trial.yaml:34:16: steps[1].during[1].gate[0]: unknown check client-recovered. Did you mean clients-recovered?'],
  },
  {
    says: 'a check of a pace is unknown',
    from: 'gate: [errors-low]',
    to: 'gate: [error-low]',
    lines: ['trial.yaml:32:18: steps[1].during[0].pace.gate[0]: unknown check error-low. Did you mean errors-low?'],
  },
  {
    says: 'a runbook is unknown',
    from: 'run: helper',
    to: 'run: helpr',
    lines: ['trial.yaml:37:14: steps[1].during[2].run: unknown runbook helpr. Did you mean helper?'],
  },
  {
    says: 'pace stands beside a gate',
    from: 'until: 30s\n',
    to: 'until: 30s\n        pace: { steps: [100], hold: 1s, gate: [errors-low] }\n',
    lines: ['trial.yaml:36:9: steps[1].during[1].pace: pace goes with do, not with gate'],
  },
  {
    says: 'pace has no gate',
    from: '          gate: [errors-low]\n',
    to: '',
    lines: ['trial.yaml:29:9: steps[1].during[0].pace.gate: missing'],
  },
  {
    says: 'paced steps do not rise',
    from: 'steps: ${policy.steps}',
    to: 'steps: [50, 20, 100]',
    lines: ['trial.yaml:30:18: steps[1].during[0].pace.steps: steps must rise, and the last be 100'],
  },
  { says: 'a gate has no end', from: '        until: 30s\n', to: '', lines: ['trial.yaml:33:9: steps[1].during[1].until: missing'] },
  {
    says: 'a gate has no check',
    from: 'gate: [clients-recovered]',
    to: 'gate: []',
    lines: ['trial.yaml:34:15: steps[1].during[1].gate: expected at least 1 entry'],
  },
  {
    says: 'a gate ends at no time',
    from: 'until: 30s',
    to: 'until: soon',
    lines: [
      'trial.yaml:35:16: steps[1].during[1].until: expected a duration such as 5s, or a reference such as ${policy.hold}, not "soon"',
    ],
  },
  {
    says: 'a policy figure is unknown',
    from: 'hold: ${policy.hold}',
    to: 'hold: ${policy.hlod}',
    lines: ['trial.yaml:31:17: steps[1].during[0].pace.hold: unknown policy figure hlod. Did you mean hold?'],
  },
  {
    says: 'a policy figure is of another kind',
    from: 'hold: ${policy.hold}',
    to: 'hold: ${policy.steps}',
    lines: ['trial.yaml:31:17: steps[1].during[0].pace.hold: ${policy.steps} is a list of steps, expected a duration'],
  },
  {
    says: 'a param is unknown',
    from: 'out: ${params.centers}',
    to: 'out: ${params.center}',
    lines: ['trial.yaml:28:16: steps[1].during[0].with.out: unknown param center. Did you mean centers?'],
  },
  {
    says: 'a reference is part of a text',
    from: 'out: ${params.centers}',
    to: 'out: center ${params.centers}',
    lines: [
      'trial.yaml:28:16: steps[1].during[0].with.out: expected a whole value such as ${params.centers} or ${policy.hold}, not "center ${params.centers}"',
    ],
  },
  {
    says: 'a reference is an expression',
    from: 'out: ${params.centers}',
    to: 'out: ${params.centers[0]}',
    lines: [
      'trial.yaml:28:16: steps[1].during[0].with.out: expected a whole value such as ${params.centers} or ${policy.hold}, not "${params.centers[0]}"',
    ],
  },
  {
    says: 'a reference names nothing known',
    from: 'out: ${params.centers}',
    to: 'out: ${env.HOME}',
    lines: [
      'trial.yaml:28:16: steps[1].during[0].with.out: expected a whole value such as ${params.centers} or ${policy.hold}, not "${env.HOME}"',
    ],
  },
  {
    says: 'a reference stands in braces without quotes',
    from: '        with:\n          out: ${params.centers}',
    to: '        with: { out: ${params.centers} }',
    lines: ['trial.yaml:27:23: inside { } and [ ] write "${…}" in quotes'],
  },
  {
    says: 'a param of another type is a time',
    from: 'until: 30s',
    to: 'until: ${params.centers}',
    lines: ['trial.yaml:35:16: steps[1].during[1].until: ${params.centers} is of type centers, expected a duration'],
  },
  {
    says: 'an optional param is a time',
    from: 'until: 30s',
    to: 'until: ${params.limit}',
    lines: ['trial.yaml:35:16: steps[1].during[1].until: param limit may be absent. Make it required or give it a default'],
  },
  {
    says: 'a param has an unknown type',
    from: 'type: duration',
    to: 'type: durations',
    lines: [
      'trial.yaml:12:11: params.limit.type: expected one of centers, shares, number, duration, string, boolean, not "durations". Did you mean duration?',
    ],
  },
  {
    says: 'a default does not fit its type',
    from: 'default: scale',
    to: 'default: scal',
    lines: ['trial.yaml:16:14: params.fault.default: expected one of scale, lost, not "scal". Did you mean scale?'],
  },
  {
    says: 'a required param has a default',
    from: 'required: true',
    to: 'required: true\n    default: [zone-a]',
    lines: ['trial.yaml:10:5: params.centers.default: a required param needs no default'],
  },
  {
    says: 'oneOf stands beside another type',
    from: '    type: duration\n',
    to: '    type: duration\n    oneOf: [1s, 2s]\n',
    lines: ['trial.yaml:13:5: params.limit.oneOf: oneOf goes with type string, not duration'],
  },
  {
    says: 'a param has no summary',
    from: '    summary: { en: How long, zh: 多久 }\n',
    to: '',
    lines: ['trial.yaml:11:3: params.limit.summary: missing'],
  },
  {
    says: 'a summary lacks Chinese',
    from: 'summary: { en: A drill, zh: 演练 }',
    to: 'summary: { en: A drill }',
    lines: ['trial.yaml:5:1: summary.zh: missing'],
  },
  {
    says: 'the mode is unknown',
    from: 'mode: drill',
    to: 'mode: practice',
    lines: ['trial.yaml:4:7: mode: expected one of emergency, change, drill, not "practice"'],
  },
  {
    says: 'a drill restores nothing',
    from: '      - name: end\n        always:\n          - name: restore\n            do: end-fault\n',
    to: '',
    lines: ['trial.yaml:19:1: steps: a drill must restore whatever happens: expected a step with always'],
  },
  {
    says: 'always is not the last',
    from: '      - name: end\n',
    to: '      - name: early\n        always:\n          - name: restore\n            do: end-fault\n      - name: end\n',
    lines: ['trial.yaml:40:9: steps[1].during[3].always: always must be the last step of its list'],
  },
  {
    says: 'always stands inside always',
    from: '          - name: restore\n            do: end-fault',
    to: '          - name: restore\n            always:\n              - name: again\n                do: end-fault',
    lines: ['trial.yaml:42:13: steps[1].during[3].always[0].always: always stands inside always'],
  },
  {
    says: 'there are no steps',
    from: 'steps:\n',
    to: 'steps: []\nnotes:\n',
    lines: ['trial.yaml:19:8: steps: expected at least 1 entry', 'trial.yaml:20:1: notes: unknown key'],
  },
  {
    says: 'the other runbook lacks a param',
    from: 'with: { wait: 5s }',
    to: 'with: { wiat: 5s }',
    lines: ['trial.yaml:38:17: steps[1].during[2].with.wiat: helper has no param wiat. Did you mean wait?'],
  },
  {
    says: 'the other runbook cannot read a param',
    from: 'with: { wait: 5s }',
    to: 'with: { wait: long }',
    lines: ['trial.yaml:38:23: steps[1].during[2].with.wait: expected a duration such as 5s, 500ms or 1m30s, not "long"'],
  },
  {
    says: 'the other runbook needs a param',
    from: '        with: { wait: 5s }\n',
    to: '',
    lines: ['trial.yaml:36:9: steps[1].during[2].with.wait: missing: helper needs it'],
  },
  {
    says: 'a param goes to one of another type',
    from: 'with: { wait: 5s }',
    to: 'with:\n          wait: ${params.centers}',
    lines: ['trial.yaml:39:17: steps[1].during[2].with.wait: helper wants duration here, and ${params.centers} is centers'],
  },
  {
    says: 'a runbook runs itself',
    from: 'run: helper\n        with: { wait: 5s }',
    to: 'run: trial\n        with:\n          centers: ${params.centers}',
    lines: ['trial.yaml:37:14: steps[1].during[2].run: runs itself: trial → trial'],
  },
  {
    says: 'two runbooks have one name',
    from: 'name: trial',
    to: 'name: helper',
    lines: ['trial.yaml:3:7: name: runbook helper is written in another file too'],
  },
  {
    says: 'a question lacks a language',
    from: 'ask: { en: Go on?, zh: 继续？ }',
    to: 'ask: Go on?',
    lines: ['trial.yaml:21:10: steps[0].ask: expected a map, not "Go on?"'],
  },
  {
    says: 'probes are too many',
    from: 'probe: { rate: 20, shareRate: 60 }',
    to: 'probe: { rate: 20, shareRate: 6000 }',
    lines: ['trial.yaml:23:35: steps[1].probe.shareRate: must be at most 200, not 6000'],
  },
  {
    says: 'it is a topology',
    from: 'kind: Runbook',
    to: 'kind: Topology',
    lines: ['trial.yaml:2:7: kind: expected Runbook, not Topology'],
  },
]
