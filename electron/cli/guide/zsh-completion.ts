import type { CommandGuide, OptionGuide, ProgramGuide, ValueKind } from './describe-program.ts';

/** Returns the completion for zsh: a file `_drover` for a folder of `fpath`. It can be sourced as well. */
export function zshCompletion({ commands }: ProgramGuide): string {
  return `#compdef drover
# Completion of drover for zsh, made by: drover completion zsh

_drover_asked() {
  local -a words
  words=(\${(f)"$(drover completion --words $1 2>/dev/null)"})
  compadd -a words
}
_drover_pipelines() { _drover_asked pipelines; _files -g '*.json' }

_drover() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${escaped(name)}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    _arguments '(- *)'{-V,--version}'[print the version]' '(- *)'{-h,--help}'[show the help]'
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _drover ]]; then _drover "$@"; else compdef _drover drover; fi
`;
}

function commandCase({ name, options, arguments: places }: CommandGuide): string {
  const words = [
    ...options.flatMap(optionWords),
    ...places.map(({ shown, value }, index) => {
      const optional = shown.startsWith('[') ? '::' : ':';
      return quoted(`${index + 1}${optional}${escaped(shown)}:${action(value)}`);
    }),
  ];
  return `    ${name}) _arguments -s ${words.join(' \\\n      ')} ;;`;
}

function optionWords({ long, short, description, value }: OptionGuide): string[] {
  const flags = short === null ? [long] : [short, long];
  const behind = value === null ? '' : `:value:${action(value)}`;
  return flags.map((flag) => quoted(`*${flag}[${escaped(description)}]${behind}`));
}

function action(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.map(escaped).join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'run':
      return '_drover_asked runs';
    case 'pipeline':
      return '_drover_pipelines';
    case 'text':
      return ' ';
  }
}

/** Escapes text where colons and brackets have a meaning. */
function escaped(text: string): string {
  return text.replaceAll(/[:[\]\\]/g, String.raw`\$&`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
