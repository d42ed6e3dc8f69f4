import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { problem } from '../../../shared/problem.ts';
import { dataHome, runsFolder } from '../../engine/files/data-home.ts';
import { resourcesFolder } from '../../engine/files/resources-folder.ts';
import { ProblemError } from '../cli-context.ts';
import { bashCompletion } from '../guide/bash-completion.ts';
import { describeProgram, type ProgramGuide } from '../guide/describe-program.ts';
import { fishCompletion } from '../guide/fish-completion.ts';
import { zshCompletion } from '../guide/zsh-completion.ts';

const SHELLS: Readonly<Record<string, (guide: ProgramGuide) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The number of run ids that are offered, newest first: nobody reads more. */
const RUNS_OFFERED = 50;

const EXAMPLES = `
Examples:
  drover completion bash > ~/.local/share/bash-completion/completions/drover
  drover completion zsh > ~/.zsh/completions/_drover
  drover completion fish > ~/.config/fish/completions/drover.fish

The folders must exist (mkdir -p), and for zsh the folder must be in fpath before compinit runs. The Debian package installs all three.`;

interface CompletionOptions {
  words?: string;
}

/** `drover completion SHELL`: prints the script with which a shell completes commands, options, runs and pipelines. */
export function registerCompletionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print the completion for a shell: bash, zsh or fish')
    .description(
      'Prints a script with which a shell completes commands, options, runs and pipelines when Tab is pressed.',
    )
    .addArgument(new Argument('[SHELL]', 'the shell').choices(Object.keys(SHELLS)))
    .addOption(new Option('--words <WHAT>', 'what a completion asks for').choices(['runs', 'pipelines']).hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (shell: string | undefined, { words }: CompletionOptions) => {
      const print = (text: string): void => program.configureOutput().writeOut?.(text);
      if (words !== undefined) return print((await wordsFor(words)).map((word) => `${word}\n`).join(''));
      const make = SHELLS[shell ?? ''];
      if (make === undefined) throw new ProblemError(noShell());
      print(make(describeProgram(program)));
    });
}

function noShell() {
  return problem('invalid-usage', 'No shell was named.', 'Write drover completion bash, zsh or fish.');
}

/** Returns names for a completion. It must answer as fast as a key press, so it reads folder names and nothing else. */
async function wordsFor(what: string): Promise<string[]> {
  const home = dataHome(process.env);
  if (what === 'runs') return ['last', ...newestRuns(runsFolder(home))];
  // Loaded here, because the help of all commands does not need it.
  const { listPipelines } = await import('../../engine/pipelines/find-pipelines.ts');
  const { pipelines } = await listPipelines({ home, resources: resourcesFolder() });
  return pipelines.map(({ name }) => name);
}

function newestRuns(runs: string): string[] {
  const names = foldersIn(runs).flatMap((pipeline) => foldersIn(join(runs, pipeline)));
  return names
    .filter((name) => /^\d{8}-/.test(name))
    .toSorted()
    .toReversed()
    .slice(0, RUNS_OFFERED);
}

/** Returns nothing for a folder that cannot be read: the command itself reports why. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
