import { Buffer } from 'node:buffer';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, posix } from 'node:path';
import type { Difference } from '../../../../shared/contract/records.ts';
import type { ItemState } from '../../../../shared/items/item.ts';
import type { ItemTable } from '../../../../shared/items/item-table.ts';
import { reportSchema } from '../../../../shared/run/report.ts';
import type { RunState, StepState, WorkerRecord } from '../../../../shared/run/run-model.ts';
import { OwnPaths } from '../../run-directory/own-paths.ts';
import { journalFile, logsFolder, reportFile } from '../../run-directory/paths.ts';
import { forEachLine } from '../../run-directory/read-journal.ts';
import { foldDifferences } from './reconcile-differences.ts';

/** Numbers of final reports on one item or name. */
interface Finals {
  complete: number;
  failed: number;
}

/** The final reports in one report file: by item if the report names the item's path (nearly always), otherwise by the given name. */
interface ReadFinals {
  complete: Uint32Array;
  failed: Uint32Array;
  others: Map<string, Finals>;
}

interface Findings {
  unreported: string[];
  repeated: string[];
  contradicting: string[];
  foreign: string[];
}

/** Compares the final reports that workers wrote with the journal's entries about their items. */
export function checkReports(state: RunState, directory: string): Difference[] {
  // Logs that were packed or removed to free the disk cannot be compared.
  if (!existsSync(logsFolder(directory))) return [];
  const findings: Findings = { unreported: [], repeated: [], contradicting: [], foreign: [] };
  const paths = new OwnPaths(journalFile(directory));
  paths.setRun(state.run);
  for (const step of state.steps)
    for (const worker of step.workers) checkWorker(step, worker, directory, { ...findings, paths });
  return [
    ...foldDifferences('complete without a report', findings.unreported),
    ...foldDifferences('second final report', findings.repeated),
    ...foldDifferences('report against journal', findings.contradicting),
    ...foldDifferences('report of a file the worker did not have', findings.foreign),
  ];
}

function checkWorker(
  step: StepState,
  worker: WorkerRecord,
  directory: string,
  { paths, ...findings }: Findings & { paths: OwnPaths },
): void {
  const { rank } = worker;
  const path = reportFile(directory, step.step, rank);
  const where = `step ${step.step} ${worker.worker}`;
  const mustReport = step.dispatch === 'queue';
  if (!existsSync(path)) {
    const own = mustReport ? ownItems(step, rank).reduce((count) => count + 1, 0) : 0;
    if (own > 0) findings.unreported.push(`${where} has no report file for ${own} items`);
    return;
  }
  const finals = readFinals(path, step, paths);
  if (mustReport) for (const item of ownItems(step, rank)) checkItem(item, finals, where, findings);
  checkRepeats(step, rank, finals, where, findings);
}

/** Returns the items that a rank completed. */
function ownItems({ items }: StepState, rank: number): IteratorObject<ItemState> {
  return items.values().filter((item) => item.status === 'complete' && item.rank === rank);
}

function checkItem(item: ItemState, finals: ReadFinals, where: string, findings: Findings): void {
  let complete = finals.complete[item.item] ?? 0;
  let failed = finals.failed[item.item] ?? 0;
  for (const name of finals.others.size === 0 ? [] : shortNames(item)) {
    complete += finals.others.get(name)?.complete ?? 0;
    failed += finals.others.get(name)?.failed ?? 0;
  }
  if (complete > 0) return;
  if (failed === 0) findings.unreported.push(`${where}: ${item.file}`);
  else findings.contradicting.push(`${where}: ${item.file} is complete but was reported as failed`);
}

/** Checks that each attempt has at most one final report. A name that no item of the worker has belongs to another worker or to none. */
function checkRepeats({ items }: StepState, rank: number, finals: ReadFinals, where: string, findings: Findings): void {
  const allowed = new Map<string, number>();
  for (let number = 0; number < items.length; number += 1) {
    const count = (finals.complete[number] ?? 0) + (finals.failed[number] ?? 0);
    if (count === 0 && finals.others.size === 0) continue;
    const item = items.at(number);
    if (item === undefined) continue;
    const attempts = item.spans.filter((span) => span[0] === rank).length;
    if (count > 0) checkCount(item.file, count, attempts === 0 ? undefined : attempts, where, findings);
    if (finals.others.size === 0 || attempts === 0) continue;
    for (const name of shortNames(item))
      if (finals.others.has(name)) allowed.set(name, (allowed.get(name) ?? 0) + attempts);
  }
  for (const [name, { complete, failed }] of finals.others)
    checkCount(name, complete + failed, allowed.get(name), where, findings);
}

function checkCount(
  name: string,
  count: number,
  allowed: number | undefined,
  where: string,
  { foreign, repeated }: Findings,
): void {
  if (allowed === undefined) foreign.push(`${where}: ${name}`);
  else if (count > allowed) repeated.push(`${where}: ${name} has ${count} for ${attemptWord(allowed)}`);
}

function attemptWord(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`;
}

/** Returns other names that a worker may use for an item: the file's name, or the path below the folder that was searched. */
function shortNames(item: ItemState): Set<string> {
  const base = basename(item.file);
  return new Set([base, posix.join(item.relative_dir, base)]);
}

/** @param paths converts earlier paths of the run: it may have been moved after a worker reported a file */
function readFinals(path: string, { items }: StepState, paths: OwnPaths): ReadFinals {
  const { length } = items;
  const finals = { complete: new Uint32Array(length), failed: new Uint32Array(length), others: new Map() };
  const whole = forEachLine(path, (line) => countFinal(finals, items, paths, line));
  // A worker that was ended directly after its last report may have left that line without a newline.
  const rest = readRest(path, whole);
  if (rest !== '') countFinal(finals, items, paths, rest);
  return finals;
}

function countFinal(finals: ReadFinals, items: ItemTable, paths: OwnPaths, line: string): void {
  const report = parseReport(line);
  if (report === null || (report.status !== 'complete' && report.status !== 'failed')) return;
  const item = items.find(paths.now(report.file));
  const counts = finals[report.status];
  if (item >= 0) {
    counts[item] = (counts[item] ?? 0) + 1;
    return;
  }
  const count = finals.others.get(report.file) ?? { complete: 0, failed: 0 };
  count[report.status] += 1;
  finals.others.set(report.file, count);
}

function readRest(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const rest = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    return rest.toString('utf8', 0, readSync(file, rest, 0, rest.length, from));
  } finally {
    closeSync(file);
  }
}

function parseReport(line: string): { file: string; status: string } | null {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
