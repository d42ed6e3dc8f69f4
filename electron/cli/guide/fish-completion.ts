import type { ArgumentGuide, CommandGuide, OptionGuide, ProgramGuide, ValueKind } from './describe-program.ts';

/** Returns the completion for fish. */
export function fishCompletion({ options, commands }: ProgramGuide): string {
  const first = '__fish_use_subcommand';
  const lines = [
    '# Completion of drover for fish, made by: drover completion fish',
    'complete -c drover -f',
    ...options.map((option) => optionLine(first, option)),
    ...commands.map(({ name, summary }) => `complete -c drover -n ${first} -a ${name} -d ${quoted(summary)}`),
    ...commands.flatMap(commandLines),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines({ name, options, arguments: places }: CommandGuide): string[] {
  const here = quoted(`__fish_seen_subcommand_from ${name}`);
  return [
    ...options.map((option) => optionLine(here, option)),
    ...places.flatMap(({ value }: ArgumentGuide) =>
      value.kind === 'text' ? [] : [`complete -c drover -n ${here}${words(value)}`],
    ),
  ];
}

function optionLine(condition: string, { long, short, description, value }: OptionGuide): string {
  const flags = [`-l ${long.replace(/^--/, '')}`, ...(short === null ? [] : [`-s ${short.slice(1)}`])].join(' ');
  const behind = value === null ? '' : ` -r${words(value)}`;
  return `complete -c drover -n ${condition} ${flags} -d ${quoted(description)}${behind}`;
}

function words(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return ` -a ${quoted(value.words.join(' '))}`;
    case 'file':
      return ' -F';
    case 'folder':
      return ' -a "(__fish_complete_directories)"';
    case 'run':
      return ' -a "(drover completion --words runs 2>/dev/null)"';
    case 'pipeline':
      return ' -F -a "(drover completion --words pipelines 2>/dev/null)"';
    case 'text':
      return '';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
