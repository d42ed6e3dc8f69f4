import type { CommandGuide, OptionGuide, ProgramGuide } from './describe-program.ts';

const STATUSES: readonly (readonly [string, string])[] = [
  ['0', 'Everything asked for was done.'],
  [
    '1',
    'The run ended with failed items, failed, or was stopped by someone else; a check found a difference or a problem.',
  ],
  ['2', 'Wrong usage or input. Nothing was created.'],
  ['3', 'An internal error.'],
  ['124', 'wait --timeout: not ended in time.'],
  ['130', 'This process was interrupted. Workers were ended, and the run can be resumed.'],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['DROVER_HOME', 'The data directory: runs, own pipelines and settings.'],
  ['DROVER_PYTHON', 'The Python interpreter of pipelines that use Python.'],
  [
    'DROVER_KEEP_FREE',
    'What a run leaves free on the disks that it writes to, such as 20GiB; 0 switches the check off.',
  ],
  ['NO_COLOR', 'Switches colours off.'],
];

const FILES: readonly (readonly [string, string])[] = [
  ['~/.local/share/drover', 'The data directory, unless DROVER_HOME names another.'],
  ['runs/PIPELINE/RUN', 'Below it: everything of one run, logs and records included.'],
  ['pipelines/*.json', 'Below it: pipelines of your own.'],
];

/** Returns the manual page `drover(1)` as roff. */
export function manPage(guide: ProgramGuide, version: string): string {
  const lines = [
    `.TH DROVER 1 "" "Drover ${version}" "Drover"`,
    '.SH NAME',
    String.raw`drover \- run an inference program over many files on every GPU of this machine`,
    '.SH SYNOPSIS',
    String.raw`.B drover`,
    String.raw`.I command`,
    String.raw`[\fIoptions\fR]`,
    '.SH DESCRIPTION',
    text(guide.description),
    ...paragraphs(guide.after),
    '.SH OPTIONS',
    ...guide.options.flatMap(option),
    '.SH COMMANDS',
    ...guide.commands.flatMap(command),
    '.SH EXIT STATUS',
    ...STATUSES.flatMap(pair),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(pair),
    '.SH FILES',
    ...FILES.flatMap(pair),
  ];
  return `${lines.join('\n')}\n`;
}

function command({ name, description, arguments: places, options, after }: CommandGuide): string[] {
  const shown = [name, ...places.map((place) => place.shown), ...(options.length > 0 ? ['[options]'] : [])].join(' ');
  return [
    `.SS "drover ${text(shown).replaceAll('"', String.raw`\(dq`)}"`,
    text(description),
    ...places.filter((place) => place.description !== '').flatMap((place) => pair([place.shown, place.description])),
    ...options.flatMap(option),
    ...paragraphs(after),
  ];
}

function option({ flags, description }: OptionGuide): string[] {
  return pair([flags, description]);
}

function pair([term, meaning]: readonly [string, string]): string[] {
  return ['.TP', String.raw`\fB${text(term)}\fR`, text(meaning)];
}

/** Formats the text below the help: sentences flow, indented lines (examples) stay as they are. */
function paragraphs(after: string): string[] {
  return after
    .split('\n\n')
    .filter((paragraph) => paragraph !== '')
    .flatMap((paragraph) => {
      const lines = paragraph.split('\n');
      const examples = lines.filter((line) => line.startsWith('  '));
      const sentences = lines.filter((line) => !line.startsWith('  '));
      return [
        '.PP',
        ...sentences.map(text),
        ...(examples.length === 0 ? [] : ['.PP', '.nf', ...examples.map(text), '.fi']),
      ];
    });
}

/** Escapes text for roff: backslashes and hyphens are literal, and no line is read as a request. */
function text(value: string): string {
  return value
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/^([.'])/gm, String.raw`\&$1`);
}
