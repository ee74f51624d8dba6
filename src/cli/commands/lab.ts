import { defineCommand, type OptionSpec } from '../command.ts'

const dir: OptionSpec = { flags: '--dir <directory>', summary: "the lab's directory (else tricenter/lab in XDG_STATE_HOME)" }

const verbs = async () => await import('./lab/verbs.ts')

export const lab = defineCommand({
  name: 'lab',
  summary: 'three centers on this machine: API servers, gateways, backends, load',
  subcommands: [
    defineCommand({
      name: 'up',
      summary: 'start the lab; it stays in the foreground until Ctrl-C',
      options: [
        dir,
        { flags: '--detach', summary: 'leave it running; it ends by `lab down`' },
        { flags: '--load <rate>', summary: 'background requests per second', default: '60' },
        { flags: '--bare', summary: 'without the installation of gateway and Nacos, for a chart that brings its own' },
        {
          flags: '--engine <engine>',
          summary: 'whose API servers: embedded in this process, binaries of a real control plane, clusters of a kubeconfig',
          choices: ['embedded', 'binaries', 'kubeconfig'],
          default: 'embedded',
        },
        {
          flags: '--binaries <directory>',
          summary: 'etcd, kube-apiserver, kube-controller-manager, named so (else TRICENTER_LAB_BINARIES)',
        },
        {
          flags: '--prometheus <program>',
          summary: 'run the real Prometheus for each center (default with --engine binaries: the one beside them)',
        },
        { flags: '--contexts <names>', summary: 'three contexts of --kubeconfig whose clusters carry the marker of a lab' },
        { flags: '--with-parent', summary: 'end when the process that started it has gone' },
      ],
      examples: [
        'tricenter lab up',
        'tricenter lab up --detach -o json',
        'tricenter lab up --engine binaries --binaries ./bin',
        'tricenter lab up --engine binaries --bare --detach',
        'eval "$(tricenter lab env)"',
      ],
      run: async (options, _, context) => await (await verbs()).up(options, context),
    }),
    defineCommand({
      name: 'status',
      summary: 'what runs: centers, faults, load',
      options: [dir],
      run: async (options, _, context) => await (await verbs()).status(options, context),
    }),
    defineCommand({
      name: 'env',
      summary: 'export lines for a shell',
      options: [dir],
      examples: ['eval "$(tricenter lab env)"'],
      run: async (options, _, context) => await (await verbs()).env(options, context),
    }),
    defineCommand({
      name: 'fault',
      summary: 'make a fault: refuse, blackhole, reset, delay=200ms, lost',
      args: '<center> <kind>',
      options: [
        dir,
        {
          flags: '--target <port>',
          summary: 'which of its ports',
          choices: ['api', 'gateway', 'services', 'stats', 'metrics', 'nacos', 'all'],
          default: 'all',
        },
      ],
      examples: ['tricenter lab fault zone-a lost', 'tricenter lab fault zone-b delay=200ms --target gateway'],
      run: async (options, args, context) => await (await verbs()).fault(options, args, context),
    }),
    defineCommand({
      name: 'heal',
      summary: 'end the fault of a center, or every fault',
      args: '[center]',
      options: [dir],
      run: async (options, args, context) => await (await verbs()).heal(options, args, context),
    }),
    defineCommand({
      name: 'demo',
      summary: 'a lab, a drill on it, its report: about a minute, then everything is gone but the report',
      run: async (options, _, context) => await (await import('./lab/verbs.ts')).demo(options, context),
    }),
    defineCommand({
      name: 'down',
      summary: 'end the lab',
      options: [dir],
      run: async (options, _, context) => await (await verbs()).down(options, context),
    }),
  ],
})
