import { defineCommand } from '../command.ts'

export const completion = defineCommand({
  name: 'completion',
  summary: 'print the completion script of a shell: centers, runbooks, runs and contexts too',
  args: '<shell>',
  examples: [
    'source <(tricenter completion bash)',
    'tricenter completion zsh > "${fpath[1]}/_tricenter"',
    'tricenter completion fish > ~/.config/fish/completions/tricenter.fish',
  ],
  run: async (_, args, context) => await (await context.completion()).script(args[0] ?? ''),
})
