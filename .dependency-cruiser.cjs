/**
 * Who may use whom. Each rule says why; docs/architecture.md shows the same as a picture.
 * `npm run imports` checks it, and test/architecture proves that the check saw the program.
 */
const ROOMS = {
  // room: [rooms that it may import, why]
  domain: [[], 'Nouns and arithmetic, pure and total: they run in any order, in property tests and in a browser as well.'],
  ports: [['domain'], 'Types only: what the engine needs of the world, in the words of the domain.'],
  documents: [['domain'], 'Text in, a value or its mistakes out. Whoever reads files hands over the text.'],
  gateways: [['domain', 'ports'], 'Pure lenses over objects as the API serves them; `ports` only for the type of such an object.'],
  facts: [['domain', 'ports', 'gateways'], 'How one thing is read through a port; routes are seen through the lenses.'],
  checks: [['domain', 'ports', 'gateways', 'facts'], 'Evaluate what was read, and say which facts they need; `ports` only for types.'],
  actions: [['domain', 'deploy', 'compare'], 'Input and facts make intents and findings. An action that could write would not be one.'],
  effects: [
    ['domain', 'ports', 'gateways', 'facts', 'deploy'],
    'Prepare and locate are pure; applying goes through a port. `facts` for the API kinds of workloads, declared there once.',
  ],
  compare: [['domain', 'ports', 'gateways'], 'Pure: two objects in, what differs out; `ports` only for the type of an object.'],
  deploy: [
    ['domain', 'ports', 'gateways', 'facts', 'checks', 'compare'],
    'Pure: waves, preflight, what a chart would do. Helm itself is behind a port. `compare` knows when two values mean the same.',
  ],
  load: [['domain', 'ports'], 'Requests sent at a rate: shared by the traffic adapter and the lab.'],
  engine: [
    ['domain', 'documents', 'ports', 'gateways', 'facts', 'checks', 'actions', 'effects', 'compare', 'deploy'],
    'The runbook machine. It does no I/O of its own; `documents` only to bind parameters.',
  ],
  adapters: [['domain', 'ports', 'load'], 'The world behind the ports. An adapter that knew the engine could not be replaced.'],
  report: [['domain', 'ports'], 'Drawn from the journal alone, so that it can be drawn again on any machine.'],
  ui: [
    ['domain', 'ports', 'report'],
    'The console port. `report` lends its phrasebook, figures and timeline, so that screen and report say the same.',
  ],
  lab: [['load'], 'A lab that routed with our own lenses would hide their bugs.'],
}

const room = (name) => `^src/${name}/`
const only = (library, from, comment) => ({
  name: `${library.replace('/', '-').replace('@', '')}-stays-home`,
  severity: 'error',
  comment,
  from: { pathNot: from },
  to: { path: `(^|/)node_modules/${library}/` },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Of two files in a circle neither can be read, tested or moved alone.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that is not found would not be checked by any rule here.',
      from: {},
      to: { couldNotResolve: true },
    },
    ...Object.entries(ROOMS).map(([name, [allowed, why]]) => ({
      name: `${name}-uses`,
      severity: 'error',
      comment: why,
      from: { path: room(name) },
      to: {
        path: '^(src|test|bin|\\.ci)/',
        pathNot: [room(name), ...allowed.map(room), ...(name === 'lab' ? ['^src/domain/duration\\.ts$'] : [])],
      },
    })),
    {
      name: 'rooms-are-known',
      severity: 'error',
      comment: 'A new room says here whom it may use, and why.',
      from: { path: '^src/', pathNot: [...Object.keys(ROOMS).map(room), '^src/cli/'] },
      to: {},
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'gateways and checks take types of the ports and call none.',
      from: { path: '^src/(gateways|checks|compare|deploy)/' },
      to: { path: room('ports'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-built-ins-inside',
      severity: 'error',
      comment: 'Files, sockets, clocks and processes are behind ports; inside, everything can be run twice with the same answer.',
      from: { path: '^src/(domain|ports|gateways|facts|checks|actions|effects|compare|deploy|engine)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'documents-touch-no-disk',
      severity: 'error',
      comment: 'Documents compute paths and digests; reading files is the caller’s.',
      from: { path: room('documents') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(path|crypto)$' },
    },
    {
      name: 'no-built-ins-in-reports',
      severity: 'error',
      comment: 'A report is text made of records.',
      from: { path: room('report') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'lab-door',
      severity: 'error',
      comment: 'The lab is a simulated world: only its own commands start it (by `import()`), and only tests look inside.',
      from: { pathNot: '^(src/lab/|src/cli/commands/lab/|test/)' },
      to: { path: room('lab') },
    },
    {
      name: 'hot-path-is-light',
      severity: 'error',
      comment: 'Loaded for every `--help`: declarations only. What is heavy comes by `import()` in `run`.',
      from: { path: '^src/cli/(main|program|command|context|options|global-options|version)\\.ts$|^src/cli/commands/[^/]+\\.ts$' },
      to: {
        pathNot: [
          '^src/cli/(main|program|command|context|options|global-options|version|write-out|load-part)\\.ts$',
          '^src/cli/commands/[^/]+\\.ts$',
          '^src/ui/language\\.ts$',
          '(^|/)node_modules/commander/',
        ],
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'commands-are-sentences',
      severity: 'error',
      comment: 'A command parses, makes one call and shows: everything else is behind `context`. The lab’s commands are that call.',
      from: { path: '^src/cli/commands/[^/]+\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/cli/'] },
    },
    {
      name: 'nobody-uses-the-command-line',
      severity: 'error',
      comment: 'The composition root is on top.',
      from: { path: '^src/', pathNot: room('cli') },
      to: { path: room('cli') },
    },
    {
      name: 'program-without-tests',
      severity: 'error',
      comment: 'Worlds in memory are for tests.',
      from: { path: '^(src|bin)/' },
      to: { path: '^test/' },
    },
    only(
      '@kubernetes/client-node',
      '^(src/adapters/kube/|test/)',
      'It has no time-outs and its kubeconfig differs from kubectl’s: both are put right in one folder. 360 ms to load.',
    ),
    only('undici', '^(src/(adapters|load|lab)/|test/)', 'HTTP belongs to those who talk to the world.'),
    only(
      'yaml',
      '^(src/(documents|lab)/|src/cli/verbs/yaml-text\\.ts$|test/)',
      'Positions of mistakes are found while reading; the console prints documents. 23 ms to load.',
    ),
    only('zod', '^(src/documents/|test/|\\.ci/)', 'Shapes of what people write; inside, types suffice. 47 ms to load.'),
    only('fast-json-patch', '^(src/(effects|compare|lab)/|test/)', 'Patches are made in effects; no one else needs to know the format.'),
    only(
      'execa',
      '^(src/adapters/(process\\.ts$|process/|helm/)|test/)',
      'Processes of others are started in one place, in a group of their own, with a deadline.',
    ),
    only(
      'prometheus-query',
      '^(src/adapters/prometheus/driver\\.ts$|test/)',
      'It builds requests; answers are judged raw, for it drops warnings and misreads errors. It brings axios with it. 57 ms to load.',
    ),
    only('@prometheus-io/lezer-promql', '^(src/documents/|test/)', 'Queries are text that people write: checked where such text is read.'),
    only('chalk', '^src/ui/', 'Colour is a matter of the screen, and NO_COLOR is honoured in one place.'),
    only('string-width', '^(src/ui/|test/ui/)', 'Columns are a matter of the screen.'),
    only('@bomb.sh/tab', '^src/cli/completion\\.ts$', 'Shell scripts that complete; loaded when a shell asks.'),
    only('commander', '^src/cli/(main|program)\\.ts$', 'Declarations are our own data, so that docs and completion can be made of them.'),
    {
      name: 'no-other-libraries',
      severity: 'error',
      comment: 'Each library that ships is chosen, and named here with its place.',
      from: { path: '^src/' },
      to: {
        path: '(^|/)node_modules/',
        pathNot:
          '(^|/)node_modules/(@kubernetes/client-node|undici|yaml|zod|fast-json-patch|chalk|string-width|commander|@bomb\\.sh/tab|execa|prometheus-query|@prometheus-io/lezer-promql|@lezer/common|@types/node|undici-types)/',
      },
    },
  ],
  options: {
    includeOnly: undefined,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    builtInModules: { add: [] },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
