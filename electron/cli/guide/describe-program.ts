import type { Argument, Command, Option } from 'commander';
import { dispatchSchema } from '../../../shared/pipeline/pipeline.ts';
import { QUERY_EXAMPLES } from '../../../shared/query-examples.ts';

/** What can be typed as the value of an option or argument. For `run` and `pipeline` the completion runs the program. */
export type ValueKind =
  | { kind: 'text' }
  | { kind: 'file' }
  | { kind: 'folder' }
  | { kind: 'run' }
  | { kind: 'pipeline' }
  | { kind: 'words'; words: readonly string[] };

export interface OptionGuide {
  /** `--pipeline`. */
  long: string;
  /** `-p`, where there is one. */
  short: string | null;
  /** As help and manual show it: `-p, --pipeline <P>`. */
  flags: string;
  description: string;
  /** Null for an option that is on or off. */
  value: ValueKind | null;
}

export interface ArgumentGuide {
  /** As help and manual show it: `<RUN>` or `[SOURCE]`. */
  shown: string;
  description: string;
  value: ValueKind;
}

export interface CommandGuide {
  name: string;
  summary: string;
  description: string;
  arguments: ArgumentGuide[];
  options: OptionGuide[];
  /** What stands below the options in the help: examples, exit status. */
  after: string;
}

/** What completion and the manual are made from: the definitions with which the program itself parses its arguments. */
export interface ProgramGuide {
  description: string;
  options: OptionGuide[];
  commands: CommandGuide[];
  after: string;
}

const SOURCES = ['worker_0', 'worker_1', 'orchestrator', 'adapter', 'metrics', 'validator', 'run', 'reconciliation'];

/** The kind of the value of an option or argument, by the name that the help shows. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  RUN: { kind: 'run' },
  P: { kind: 'pipeline' },
  PATH: { kind: 'file' },
  FILE: { kind: 'file' },
  DIR: { kind: 'folder' },
  SOURCE: { kind: 'words', words: SOURCES },
  D: { kind: 'words', words: ['all', '0', 'cpu:1', 'cpu:2', 'cpu:4'] },
  how: { kind: 'words', words: dispatchSchema.options },
  AGE: { kind: 'words', words: ['12h', '30d', '4w'] },
  NAME: { kind: 'words', words: QUERY_EXAMPLES.map(({ name }) => name) },
};

/** Describes all commands that the help lists. */
export function describeProgram(program: Command): ProgramGuide {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).map((command) => describeCommand(command));
  return { description: program.description(), options: optionsOf(program), commands, after: textAfter(program) };
}

function describeCommand(command: Command): CommandGuide {
  return {
    name: command.name(),
    summary: command.summary() === '' ? command.description() : command.summary(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => describeArgument(command, argument)),
    options: optionsOf(command),
    after: textAfter(command),
  };
}

function describeArgument(command: Command, argument: Argument): ArgumentGuide {
  const name = argument.name();
  const shown = argument.required ? `<${name}>` : `[${name}]`;
  const kind = command.name() === 'help' ? commandNames(command) : (KINDS[name] ?? { kind: 'text' });
  const choices: ValueKind | null = argument.argChoices ? { kind: 'words', words: argument.argChoices } : null;
  return { shown, description: argument.description, value: choices ?? kind };
}

function commandNames(help: Command): ValueKind {
  const words = help.parent?.commands.filter((one) => one !== help).map((one) => one.name()) ?? [];
  return { kind: 'words', words };
}

function optionsOf(command: Command): OptionGuide[] {
  return command.createHelp().visibleOptions(command).map(describeOption);
}

function describeOption(option: Option): OptionGuide {
  const [, name = ''] = /[<[]([^.\]>|=]+)/.exec(option.flags) ?? [];
  const takesValue = option.required || option.optional;
  return {
    long: option.long ?? option.flags,
    short: option.short ?? null,
    flags: option.flags,
    description: option.description,
    value: takesValue ? (KINDS[name] ?? { kind: 'text' }) : null,
  };
}

/** Returns the text that `addHelpText` has added after the help. */
function textAfter(command: Command): string {
  const configured = command.configureOutput();
  let help = '';
  const writeOut = (more: string): void => {
    help += more;
  };
  command.configureOutput({ ...configured, writeOut }).outputHelp();
  command.configureOutput(configured);
  return help.slice(command.helpInformation().length).trim();
}
