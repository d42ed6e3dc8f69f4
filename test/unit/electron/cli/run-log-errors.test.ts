import { expect, it } from 'vitest';
import type { CliContext } from '../../../../electron/cli/cli-context.ts';
import { runLogErrors } from '../../../../electron/cli/run-ending.ts';
import { ok } from '../../../../shared/result.ts';

/** What is told of a `run.log` with these records. */
async function toldOf(records: readonly object[]): Promise<string[]> {
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const engine = {
    logSources: async () => ok([{ source: 'run', size: bytes.length }]),
    readLog: async () => ok({ bytes }),
  } as unknown as CliContext['engine'];
  const context = { engine } as CliContext;
  return (await runLogErrors(context, 'any')).map(({ message }) => message);
}

const taken = (time: string): object => ({ time, level: 'INFO', message: 'run taken' });
const error = (time: string, message: string): object => ({ time, level: 'ERROR', message });

it('an error of an earlier session is not told of the present one, though its clock was ahead', async () => {
  const ahead = [taken('2027-11-21T05:15:00.000Z'), error('2027-11-21T05:15:01.000Z', 'earlier')];
  const present = [taken('2026-11-21T06:15:00.000Z'), error('2026-11-21T06:15:01.000Z', 'present')];
  expect(await toldOf([...ahead, ...present])).toEqual(['present']);
});

it('an error is told whose session had its clock set back before', async () => {
  const records = [taken('2026-11-21T06:15:00.000Z'), error('2025-11-21T06:15:01.000Z', 'present')];
  expect(await toldOf(records)).toEqual(['present']);
});
