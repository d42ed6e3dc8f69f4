import { jsonLine } from '../../shared/json-line.ts';
import type { CliContext } from './cli-context.ts';

/** Writes one JSON document on one line. */
export async function printJson(context: CliContext, document: unknown): Promise<void> {
  await context.write(`${jsonLine(document)}\n`);
}
