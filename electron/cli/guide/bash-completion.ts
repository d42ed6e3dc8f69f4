import type { ArgumentGuide, CommandGuide, ProgramGuide, ValueKind } from './describe-program.ts';

/** Returns the completion for bash, which needs nothing but bash itself. */
export function bashCompletion({ options, commands }: ProgramGuide): string {
  const names = [...commands.map(({ name }) => name), ...options.map(({ long }) => long)].join(' ');
  return `# Completion of drover for bash, made by: drover completion bash

_drover_words() { COMPREPLY+=($(compgen -W "$1" -- "$word")); }
_drover_files() { compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$word")); }
_drover_folders() { compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "$word")); }
_drover_asked() { _drover_words "$("\${COMP_WORDS[0]}" completion --words "$1" 2>/dev/null)"; }

_drover() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} IFS=$' \\t\\n'
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then _drover_words '${names}'; return; fi
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _drover drover
`;
}

function commandCase({ name, options, arguments: places }: CommandGuide): string {
  const valued = options.flatMap(({ long, short, value }) => {
    if (value === null) return [];
    const flags = short === null ? long : `${short}|${long}`;
    return [`      ${flags}) ${completion(value)}; return ;;`];
  });
  const own = options.map(({ long }) => long).join(' ');
  return `    ${name})
      case $before in
${valued.join('\n')}
      esac
      case $word in
      -*) _drover_words '${own}' ;;
      *) ${argumentWords(places)} ;;
      esac ;;`;
}

/** Returns the words for arguments. All arguments are offered, because their position among the options is not counted. */
function argumentWords(places: readonly ArgumentGuide[]): string {
  const parts = places.map(({ value }) => completion(value));
  return parts.length === 0 ? ':' : parts.join('; ');
}

function completion(value: ValueKind): string {
  switch (value.kind) {
    case 'words':
      return `_drover_words '${value.words.join(' ')}'`;
    case 'file':
      return '_drover_files';
    case 'folder':
      return '_drover_folders';
    case 'run':
      return '_drover_asked runs';
    case 'pipeline':
      return '_drover_asked pipelines; _drover_files';
    case 'text':
      return ':';
  }
}
