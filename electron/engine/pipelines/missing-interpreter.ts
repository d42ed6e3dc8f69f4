import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** Bytes of a program's beginning that are read to see which interpreter its first line names; Linux reads 256. */
const SHEBANG_BYTES = 256;

/**
 * The interpreter that a script's first line names when it is not there, else null. The system answers a start of such a script
 * with "no such file", which reads as if the script were missing.
 */
export function missingInterpreter(file: string): string | null {
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(startOf(file))?.[1];
  if (interpreter === undefined) return null;
  return existsSync(interpreter) ? null : interpreter;
}

function startOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(SHEBANG_BYTES);
      return buffer.toString('latin1', 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A program may be executable and yet unreadable.
    return '';
  }
}
