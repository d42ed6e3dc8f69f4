export type ProblemLevel = 'warning' | 'error';

/** A level that a logging library put near the start of the line decides; what follows is only the message. */
const STATED_LEVEL = /(?:^|[\s[|(:-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)(?=$|[\s\]|):,-])/;
/** Levels stand within this many characters. */
const STATED_WITHIN = 160;
const ERROR_WORD = /\b(?:\w*(?:Error|Exception)|ERROR|CRITICAL|FATAL|Traceback|Killed)\b|\berror:/;
const WARNING_WORD = /\b(?:\w*Warning|WARN|WARNING)\b|\bwarning:/;
/** Separators that the engine writes into a log name reasons of earlier ends. */
const OWN_SEPARATOR = /^=== (?:Restart|Resume) /;

/** Whether a line that a program printed is a warning or an error for people; null when it is neither. */
export function classifyLogLine(line: string): ProblemLevel | null {
  if (OWN_SEPARATOR.test(line)) {
    return null;
  }
  const stated = STATED_LEVEL.exec(line.slice(0, STATED_WITHIN))?.[1];
  if (stated !== undefined) {
    return statedLevel(stated);
  }
  if (ERROR_WORD.test(line)) {
    return 'error';
  }
  return WARNING_WORD.test(line) ? 'warning' : null;
}

function statedLevel(stated: string): ProblemLevel | null {
  switch (stated) {
    case 'WARN':
    case 'WARNING':
      return 'warning';
    case 'ERROR':
    case 'CRITICAL':
    case 'FATAL':
      return 'error';
    default:
      return null;
  }
}
