const ESC = '\\u001b';
/** Operating-system commands, device control and other strings: from their introducer to BEL or ST, or to the end of the line. */
const STRING_SEQUENCE = `(?:${ESC}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|${ESC}\\\\|\\u009c)?`;
/** Control sequences such as cursor moves and colours. */
const CONTROL_SEQUENCE = `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]`;
/** Two-character and character-set escapes. */
const SHORT_ESCAPE = `${ESC}[ -/]*[0-~]?`;
/** Single control characters other than tab, newline and carriage return. */
const CONTROL_CHARACTER = '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]';

const TERMINAL_CONTROLS = new RegExp(
  [STRING_SEQUENCE, CONTROL_SEQUENCE, SHORT_ESCAPE, CONTROL_CHARACTER].join('|'),
  'g',
);
const COLOUR = new RegExp(`^${ESC}\\[[0-9;:]*m$`);

/**
 * Removes what a terminal would act on (ECMA-48 escape sequences and control characters), so that log text in a pipe or on a person's terminal can
 * neither move the cursor nor change title or clipboard. Tab, newline and carriage return stay.
 * @param keepColours keeps colour sequences (SGR)
 */
export function stripTerminalControls(text: string, { keepColours = false }: { keepColours?: boolean } = {}): string {
  return text.replace(TERMINAL_CONTROLS, (sequence) => (keepColours && COLOUR.test(sequence) ? sequence : ''));
}
