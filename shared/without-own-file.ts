import { fileNames } from './pipeline/placeholders.ts';

/**
 * A message about a file without the file in front of it, where it is told beside the file's name anyway: `/data/a.fa: it is empty`. Then files
 * that failed alike have the same message, and of a message that is cut its beginning is the message.
 */
export function withoutOwnFile(message: string, file: string): string {
  const names = [file, fileNames(file).name].filter((name) => name !== '');
  const own = names.map((name) => `${name}: `).find((beginning) => message.startsWith(beginning));
  const rest = own === undefined ? '' : message.slice(own.length).trimStart();
  return rest === '' ? message : rest;
}
