import { Command } from 'commander';
import { didYouMean } from '../../shared/did-you-mean.ts';
import type { CliContext } from './cli-context.ts';

type Register = (program: Command, context: () => CliContext) => void;

/** Every command, in the order of the help, and how its module is loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./commands/run.ts')).registerRunCommand,
  demo: async () => (await import('./commands/demo.ts')).registerDemoCommand,
  plan: async () => (await import('./commands/plan.ts')).registerPlanCommand,
  devices: async () => (await import('./commands/devices.ts')).registerDevicesCommand,
  queue: async () => (await import('./commands/queue.ts')).registerQueueCommand,
  pipelines: async () => (await import('./commands/pipelines.ts')).registerPipelinesCommand,
  runs: async () => (await import('./commands/runs.ts')).registerRunsCommand,
  status: async () => (await import('./commands/status.ts')).registerStatusCommand,
  watch: async () => (await import('./commands/watch.ts')).registerWatchCommand,
  wait: async () => (await import('./commands/wait.ts')).registerWaitCommand,
  logs: async () => (await import('./commands/logs.ts')).registerLogsCommand,
  stop: async () => (await import('./commands/stop.ts')).registerStopCommand,
  resume: async () => (await import('./commands/resume.ts')).registerResumeCommand,
  retry: async () => (await import('./commands/retry.ts')).registerRetryCommand,
  summary: async () => (await import('./commands/summary.ts')).registerSummaryCommand,
  archive: async () => (await import('./commands/archive.ts')).registerArchiveCommand,
  reconcile: async () => (await import('./commands/reconcile.ts')).registerReconcileCommand,
  serve: async () => (await import('./commands/serve.ts')).registerServeCommand,
  query: async () => (await import('./commands/query.ts')).registerQueryCommand,
  search: async () => (await import('./commands/search.ts')).registerSearchCommand,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctorCommand,
  clean: async () => (await import('./commands/clean.ts')).registerCleanCommand,
  completion: async () => (await import('./commands/completion.ts')).registerCompletionCommand,
  man: async () => (await import('./commands/man.ts')).registerManCommand,
  'engine-host': async () => (await import('./commands/engine-host.ts')).registerEngineHostCommand,
};

const AFTER_HELP = `
RUN is a run id, the beginning of one, or last. DROVER_HOME sets the data directory, DROVER_LOG=debug logs decisions and their reasons to drover.log there.
Try it: drover demo. One command with examples: drover help run.`;

/** Commands about the program itself: they read the definitions of all others, and need no engine. */
const ABOUT_PROGRAM: ReadonlySet<string> = new Set(['help', 'completion', 'man']);

/** What the program needs from the process that runs it. */
export interface ProgramSurroundings {
  version: string;
  /** Awaited before a command runs, not for help and wrong usage. */
  prepare: () => Promise<void>;
  /** Called by a command when it runs. */
  context: () => CliContext;
  writeOut: (text: string) => void;
  writeError: (text: string) => void;
}

/**
 * Builds the command line. Only the module of the command that is named in the arguments is loaded, which saves half of the time to start.
 * @param args what follows the program's name
 */
export async function makeProgram(args: readonly string[], surroundings: ProgramSurroundings): Promise<Command> {
  const program = new Command('drover')
    .description('Runs an inference program over many files on every GPU of this machine.')
    .usage('<command> [options]')
    .version(surroundings.version, '-V, --version', 'print the version')
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    .showSuggestionAfterError(false)
    .hook('preAction', (_, action) => (ABOUT_PROGRAM.has(action.name()) ? undefined : surroundings.prepare()))
    .configureOutput({
      writeOut: surroundings.writeOut,
      writeErr: surroundings.writeError,
      outputError: (message, write) => write(errorText(message, args, program)),
    });
  const registers = await Promise.all(neededFor(args[0] ?? '').map((load) => load()));
  for (const register of registers) register(program, surroundings.context);
  registerHelpCommand(program);
  return program;
}

/** `drover help [COMMAND]`; an unknown name is reported as everywhere else. */
function registerHelpCommand(program: Command): void {
  program
    .command('help')
    .description('show the help of a command')
    .argument('[COMMAND]', 'the command; all are listed without it')
    .action((name: string | undefined) => {
      if (name === undefined) return program.help();
      const named = program.commands.find((command) => command.name() === name);
      return named === undefined ? program.error(`unknown command '${name}'`) : named.help();
    });
}

/** Returns the loader of one command, none for the version, and all where they are listed or the name is mistyped. */
function neededFor(first: string): (() => Promise<Register>)[] {
  const named = COMMANDS[first];
  if (named !== undefined && !ABOUT_PROGRAM.has(first)) return [named];
  return first === '-V' || first === '--version' ? [] : Object.values(COMMANDS);
}

const UNKNOWN = /unknown (command|option) '([^']*)'/;

/** Returns Commander's message in the form of all our messages: what is wrong with what, and where to read more. */
function errorText(message: string, args: readonly string[], program: Command): string {
  const text = message.replace(/^error: /, '').trimEnd();
  if (text === '') return '';
  const command = program.commands.find((one) => one.name() === args[0]);
  const [, kind, typed = ''] = UNKNOWN.exec(text) ?? [];
  const known = kind === 'option' ? optionNames(command ?? program) : Object.keys(COMMANDS);
  const guess = kind === undefined ? '' : `.${didYouMean(typed, known)}`;
  const help = command === undefined || kind === 'command' ? 'drover --help' : `drover ${command.name()} --help`;
  return `drover: ${text}${guess}\n  See: ${help}\n`;
}

function optionNames(command: Command): string[] {
  return ['--help', ...command.options.flatMap(({ long }) => (long === undefined ? [] : [long]))];
}
