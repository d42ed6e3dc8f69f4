import { fileNames } from './pipeline/placeholders.ts';

/**
 * Removes the file from the beginning of a message about it, for displays that show its name anyway: `/data/a.fa: it is empty`. Then files
 * that failed for the same reason have the same message, and a message that is cut still begins with its text.
 */
export function withoutOwnFile(message: string, file: string): string {
  const names = [file, fileNames(file).name].filter((name) => name !== '');
  const own = names.map((name) => `${name}: `).find((beginning) => message.startsWith(beginning));
  const rest = own === undefined ? '' : message.slice(own.length).trimStart();
  return rest === '' ? message : rest;
}
