import { existsSync, readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import type { Difference } from '../../../shared/contract/records.ts';
import { reportSchema } from '../../../shared/report.ts';
import type { ItemState, RunState, StepState, WorkerRecord } from '../../../shared/run-state.ts';
import { forEachLine } from '../journal/read-journal.ts';
import { logsFolder, reportFile } from '../logs/log-paths.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** Final reports in one report file by the name that the worker gave the file. */
type Finals = Map<string, { complete: number; failed: number }>;

interface Findings {
  unreported: string[];
  repeated: string[];
  contradicting: string[];
  foreign: string[];
}

/** The final reports that workers wrote against what the journal says about their items. */
export function checkReports(state: RunState, directory: string): Difference[] {
  // Logs that were packed or removed to free the disk are not there to disagree.
  if (!existsSync(logsFolder(directory))) return [];
  const findings: Findings = { unreported: [], repeated: [], contradicting: [], foreign: [] };
  for (const step of state.steps) {
    const byRank = itemsByRank(step);
    for (const worker of step.workers) checkWorker(step, worker, byRank.get(worker.rank) ?? [], directory, findings);
  }
  return [
    ...foldDifferences('complete without a report', findings.unreported),
    ...foldDifferences('second final report', findings.repeated),
    ...foldDifferences('report against journal', findings.contradicting),
    ...foldDifferences('report of a file the worker did not have', findings.foreign),
  ];
}

/** The items of which a rank had at least one attempt. */
function itemsByRank(step: StepState): Map<number, ItemState[]> {
  const byRank = new Map<number, ItemState[]>();
  for (const item of step.items) {
    for (const rank of new Set(item.spans.map((span) => span[0]))) {
      const items = byRank.get(rank);
      if (items === undefined) byRank.set(rank, [item]);
      else items.push(item);
    }
  }
  return byRank;
}

function checkWorker(
  step: StepState,
  worker: WorkerRecord,
  items: ItemState[],
  directory: string,
  findings: Findings,
): void {
  const path = reportFile(directory, step.step, worker.rank);
  const where = `step ${step.step} ${worker.worker}`;
  const own = items.filter((item) => item.status === 'complete' && item.rank === worker.rank);
  const mustReport = step.dispatch === 'queue';
  if (!existsSync(path)) {
    if (mustReport && own.length > 0) findings.unreported.push(`${where} has no report file for ${own.length} items`);
    return;
  }
  const finals = readFinals(path);
  for (const item of mustReport ? own : []) checkItem(item, finals, where, findings);
  checkRepeats(finals, attemptsByName(items, worker.rank), where, findings);
}

function checkItem(item: ItemState, finals: Finals, where: string, findings: Findings): void {
  const reports = names(item).flatMap((name) => finals.get(name) ?? []);
  if (reports.length === 0) findings.unreported.push(`${where}: ${item.file}`);
  else if (reports.every((report) => report.complete === 0)) {
    findings.contradicting.push(`${where}: ${item.file} is complete but was reported as failed`);
  }
}

/** Each attempt may end with one final report; a name that no item of the worker has belongs to another worker or to none. */
function checkRepeats(finals: Finals, attempts: Map<string, number>, where: string, findings: Findings): void {
  for (const [name, reports] of finals) {
    const allowed = attempts.get(name);
    const count = reports.complete + reports.failed;
    if (allowed === undefined) findings.foreign.push(`${where}: ${name}`);
    else if (count > allowed) findings.repeated.push(`${where}: ${name} has ${count} for ${attemptWord(allowed)}`);
  }
}

function attemptWord(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}

function attemptsByName(items: ItemState[], rank: number): Map<string, number> {
  const attempts = new Map<string, number>();
  for (const item of items) {
    const own = item.spans.filter((span) => span[0] === rank).length;
    for (const name of names(item)) attempts.set(name, (attempts.get(name) ?? 0) + own);
  }
  return attempts;
}

/** How a worker may name an item: the path it was given, the file's name, or the path below the folder that was searched. */
function names(item: ItemState): string[] {
  const base = basename(item.file);
  return [...new Set([item.file, base, posix.join(item.relative_dir, base)])];
}

function readFinals(path: string): Finals {
  const finals: Finals = new Map();
  const whole = forEachLine(path, (line) => countFinal(finals, line));
  // A worker that was ended right after its last report may have left that line without a newline.
  const rest = readFileSync(path).subarray(whole).toString('utf8');
  if (rest !== '') countFinal(finals, rest);
  return finals;
}

function countFinal(finals: Finals, line: string): void {
  const report = parseReport(line);
  if (report === null || (report.status !== 'complete' && report.status !== 'failed')) return;
  const count = finals.get(report.file) ?? { complete: 0, failed: 0 };
  count[report.status] += 1;
  finals.set(report.file, count);
}

function parseReport(line: string): { file: string; status: string } | null {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
