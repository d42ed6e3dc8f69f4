import { expect, it } from 'vitest';
import type { CliContext } from '../../../../electron/cli/cli-context.ts';
import { followRun } from '../../../../electron/cli/follow-run.ts';
import type { Events } from '../../../../shared/contract/events.ts';
import { ok } from '../../../../shared/result.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { eventAt } from '../../../helpers/recorded-run.ts';

const RUN = '20261121-051500-123-k3f9';

/** The lines of JSON that following a run prints. @param there so many of the events are in the journal when the watch begins */
async function followed(
  events: readonly RunEvent[],
  { past, withPast, there = 0 }: { past: number | null; withPast: boolean; there?: number },
): Promise<string[]> {
  const lines: string[] = [];
  let listener: Partial<Events> = {};
  const engine = {
    subscribe(given: Partial<Events>) {
      listener = given;
      return () => undefined;
    },
    async watchRun() {
      setImmediate(() => {
        for (const event of events) listener.runEvents?.({ run: RUN, events: [event] });
        listener.runEnded?.({ run: RUN, status: 'completed' });
      });
      return ok({ events: there });
    },
    async unwatchRun() {
      return ok(null);
    },
  };
  const context = {
    engine: engine as unknown as CliContext['engine'],
    env: {},
    workingDirectory: '/',
    print: (line: string) => lines.push(line),
    write: async () => undefined,
    report: () => undefined,
  };
  await followRun(context, RUN, { json: true, plain: true, past, withPast });
  return lines.map((line) => (JSON.parse(line) as { by: string }).by);
}

const named = (seconds: number, by: string): RunEvent => eventAt(seconds, { type: 'stop-requested', by, force: false });

it('what comes after the first news is news, also where the clock was set back by a year meanwhile', async () => {
  const year = 365 * 86_400;
  const events = [named(0, 'before'), named(3_700, 'first'), named(3_700 - year, 'set back'), named(3_800, 'last')];
  expect(await followed(events, { past: 1, withPast: false })).toEqual(['first', 'set back', 'last']);
  expect(await followed(events, { past: 1, withPast: true })).toEqual(['before', 'first', 'set back', 'last']);
});

it('what an earlier session journaled with its clock ahead is no news, to whoever resumes and to whoever watches', async () => {
  const year = 365 * 86_400;
  const events = [named(year, 'before'), named(year + 1, 'before too'), named(3_700, 'first'), named(3_800, 'last')];
  expect(await followed(events, { past: 2, withPast: false })).toEqual(['first', 'last']);
  expect(await followed(events, { past: null, withPast: false, there: 3 })).toEqual(['last']);
});
