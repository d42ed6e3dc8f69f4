import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Difference } from '../../../../shared/contract/records.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import { hasEnded, totalCounts } from '../../../../shared/run/run-state.ts';
import { addTokens, NO_TOKENS, type Tokens, tokensSchema } from '../../../../shared/run/tokens.ts';
import { LogScanner } from '../../logs/scan/log-scanner.ts';
import { fullestAccount } from '../../logs/scan/token-accounts.ts';
import { metricsFile, reportFile, workerLog } from '../../run-directory/paths.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** Adds up the token usage that a worker printed to its log. Returns null if that log cannot be read. */
export type CountLoggedTokens = (step: number, rank: number) => Promise<Tokens | null>;

/** The part of metrics.json that is compared. */
const totalsSchema = z.object({
  ended: z.string().nullable(),
  items: z.record(z.string(), z.number()),
  tokens: tokensSchema,
  steps: z.array(
    z.object({ step: z.number(), workers: z.array(z.object({ worker: z.string(), tokens: tokensSchema })) }),
  ),
});
type Totals = z.infer<typeof totalsSchema>;

/** Checks that metrics.json has the journal's counts and tokens, and that its total is the sum of its workers. */
export function checkTotals(state: RunState, directory: string): Difference[] {
  const path = metricsFile(directory);
  if (!hasEnded(state) || !existsSync(path)) return [];
  const totals = readTotals(path);
  if (totals === null) return [{ what: 'totals', detail: `${path} cannot be read as metrics` }];
  // metrics.json is written at the end of a run. After a resume it describes the earlier end until it is written again.
  if (totals.ended !== state.ended) return [];
  return foldDifferences('totals', [...wrongItems(state, totals), ...wrongTokens(state, totals)]);
}

/** Checks that each worker's tokens in the journal are those in its log. */
export async function checkLoggedTokens(state: RunState, count: CountLoggedTokens): Promise<Difference[]> {
  const wrong: string[] = [];
  for (const step of state.steps) {
    for (const worker of step.workers) {
      const logged = await count(step.step, worker.rank);
      if (logged === null || sameTokens(logged, worker.tokens)) continue;
      wrong.push(`step ${step.step} ${worker.worker} logged ${text(logged)}, recorded are ${text(worker.tokens)}`);
    }
  }
  return foldDifferences('tokens', wrong);
}

function readTotals(path: string): Totals | null {
  try {
    return totalsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function wrongItems(state: RunState, totals: Totals): string[] {
  return Object.entries(totalCounts(state))
    .filter(([key, value]) => totals.items[key] !== value)
    .map(([key, value]) => `metrics.json has ${String(totals.items[key])} items ${key}, the journal ${value}`);
}

function wrongTokens(state: RunState, totals: Totals): string[] {
  const wrong: string[] = [];
  for (const step of state.steps) {
    const recorded = totals.steps.find((candidate) => candidate.step === step.step)?.workers ?? [];
    for (const worker of step.workers) {
      const tokens = recorded.find((candidate) => candidate.worker === worker.worker)?.tokens ?? NO_TOKENS;
      if (sameTokens(tokens, worker.tokens)) continue;
      wrong.push(
        `step ${step.step} ${worker.worker} has ${text(tokens)} in metrics.json, ${text(worker.tokens)} in the journal`,
      );
    }
  }
  const sum = totals.steps
    .flatMap((step) => step.workers)
    .map((worker) => worker.tokens)
    .reduce(addTokens, NO_TOKENS);
  if (!sameTokens(sum, totals.tokens))
    wrong.push(`the workers add up to ${text(sum)}, the total is ${text(totals.tokens)}`);
  return wrong;
}

function sameTokens(a: Tokens, b: Tokens): boolean {
  return (Object.keys(NO_TOKENS) as (keyof Tokens)[]).every((key) => a[key] === b[key]);
}

function text(tokens: Tokens): string {
  return `${tokens.input_tokens}/${tokens.output_tokens}/${tokens.cache_read_tokens}/${tokens.cache_creation_tokens} tokens`;
}

/** Reads again what workers printed and reported about tokens, in the same way as while they worked. The caller has to close it. */
export function countLoggedTokens(directory: string): { count: CountLoggedTokens; close: () => Promise<void> } {
  const scanner = new LogScanner({ onFindings: () => undefined });
  return {
    async count(step, rank) {
      const [log, reports] = [workerLog(directory, step, rank), reportFile(directory, step, rank)];
      // The log may have been removed to free the disk.
      if (!existsSync(log)) return null;
      scanner.watch({ id: log, path: log, from: 0 });
      scanner.watch({ id: reports, path: reports, from: 0, content: 'reports' });
      const totals = await Promise.all([scanner.finish(log), scanner.finish(reports)]);
      if (totals.some(({ unreadable }) => unreadable !== null)) return null;
      return fullestAccount(totals.map(({ accounts }) => accounts)).tokens;
    },
    close: () => scanner.close(),
  };
}
