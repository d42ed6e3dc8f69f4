import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeTornLine } from '../../../../../electron/engine/files/last-line-whole.ts';
import { LiveState } from '../../../../../electron/engine/observe/live-state.ts';
import { WorkerReports } from '../../../../../electron/engine/steps/worker-reports.ts';
import type { RunEvent } from '../../../../../shared/run/run-events.ts';
import { emptyRunState, type StepState } from '../../../../../shared/run/run-model.ts';
import { applyRunEvent } from '../../../../../shared/run/run-state.ts';
import { completes, handsOut, stepBegins } from '../../../../helpers/recorded-run.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const FILES = ['/data/file-0.fa', '/data/file-1.fa', '/data/file-2.fa'];
const line = (report: object): string => `${JSON.stringify(report)}\n`;
const LINES = [
  line({ file: FILES[0], status: 'started' }),
  line({ file: FILES[0], status: 'complete', outputs: ['/out/größe.npy'] }),
  line({ file: FILES[1], status: 'failed', error: 'too long' }),
];

/** A step of two workers, of which the first has all items. */
function stepState(events: readonly RunEvent[] = handsOut(0, 0, [0, 1, 2])): StepState {
  const state = emptyRunState();
  for (const event of [...stepBegins({ dispatch: 'list', workers: 2, costs: [1, 1, 1] }), ...events])
    applyRunEvent(state, event);
  const [step] = state.steps;
  if (step === undefined) throw new Error('The run has no step');
  return step;
}

/** The reports of the first worker, with what came of them: what was reported on which item, and what was written about it. */
function reportsOf(content: string | Buffer, state = stepState()) {
  const path = join(temporaryFolder(), 'worker_0.reports.ndjson');
  writeFileSync(path, '');
  const heard: string[] = [];
  const written: string[] = [];
  const write = (_component: string, level: string, message: string): void => {
    if (level === 'WARNING') written.push(message);
  };
  const live = { state: new LiveState(), scan: () => undefined, warn: () => undefined };
  const reports = new WorkerReports({ state, live }, { path, rank: 0, from: 0, write });
  reports.listen({
    onStarted: ({ item }) => heard.push(`${item} started`),
    onFinal: ({ item }, { status }, behind) => heard.push(`${item} ${status}, ${behind} behind`),
  });
  onTestFinished(() => reports.close());
  appendFileSync(path, content);
  reports.read();
  return { path, reports, heard, written, liveState: live.state };
}

test('reports cut off at any byte are heard up to the last whole line, and the rest when it comes', () => {
  const bytes = Buffer.from(LINES.join(''));
  for (let size = 0; size <= bytes.length; size += 1) {
    const { path, reports, heard, written } = reportsOf(bytes.subarray(0, size));
    const whole = bytes.subarray(0, size).toString('latin1').split('\n').length - 1;
    expect(heard, `${size} bytes`).toHaveLength(whole);
    expect(reports.offset, `${size} bytes`).toBe(bytes.subarray(0, size).lastIndexOf('\n') + 1);
    appendFileSync(path, bytes.subarray(size));
    reports.read();
    expect(heard.map((one) => one.split(',')[0])).toEqual(['0 started', '0 complete', '1 failed']);
    expect(written.filter((one) => one.startsWith('a line'))).toEqual([]);
    reports.close();
  }
});

test('the next worker’s first report is heard after one that was cut off for good at any byte', () => {
  const bytes = Buffer.from(LINES.join(''));
  for (let size = 0; size <= bytes.length; size += 1) {
    const { path, reports, heard } = reportsOf(bytes.subarray(0, size));
    closeTornLine(path);
    appendFileSync(path, line({ file: FILES[2], status: 'complete' }));
    reports.read();
    expect(heard.at(-1), `${size} bytes`).toBe('2 complete, 0 behind');
    reports.close();
  }
});

test('how many final reports stood behind one in what was read at once is told', () => {
  const { heard } = reportsOf(FILES.map((file) => line({ file, status: 'complete' })).join(''));
  expect(heard).toEqual(['0 complete, 2 behind', '1 complete, 1 behind', '2 complete, 0 behind']);
});

test('the first final report on an attempt stands, until the worker gets the item anew', () => {
  const state = stepState();
  const both = line({ file: FILES[0], status: 'failed' }) + line({ file: FILES[0], status: 'complete' });
  const { path, reports, heard, written } = reportsOf(both, state);
  expect(heard).toEqual(['0 failed, 1 behind']);
  expect(written.at(-1)).toContain('the first report stands');
  const item = state.items.at(0);
  if (item !== undefined) reports.expect(item);
  appendFileSync(path, line({ file: FILES[0], status: 'complete' }));
  reports.read();
  expect(heard.at(-1)).toBe('0 complete, 0 behind');
});

test('a relative path and a bare name are known as the items they mean; other files are refused', () => {
  const names = ['data/file-0.fa', './data/file-1.fa', 'file-2.fa', 'elsewhere/file-2.fa', '/data/other.fa'];
  const { heard, written } = reportsOf(names.map((file) => line({ file, status: 'started' })).join(''));
  expect(heard).toEqual(['0 started', '1 started', '2 started']);
  expect(written).toEqual(Array(2).fill('a report about a file that was never given to a worker; it was ignored'));
});

test('a report on an item that another worker has, or that is complete, is refused', () => {
  const state = stepState([...handsOut(0, 1, [0]), ...handsOut(0, 0, [1]), completes(3, 0, 1)]);
  const { heard, written } = reportsOf(LINES.join(''), state);
  expect(heard).toEqual([]);
  expect(written.filter((one) => one.includes('does not have'))).toHaveLength(3);
});

test('lines that are no report are skipped with a word, and empty ones without', () => {
  const { heard, written } = reportsOf(`\n  \nhello\n{"status":"complete"}\n${LINES[0]}`);
  expect(heard).toEqual(['0 started']);
  expect(written).toEqual(Array(2).fill('a line in the report file is not a report; it was skipped'));
});

test('a final report that nobody listens for is kept, once', () => {
  const { path, reports } = reportsOf('');
  reports.listen(null);
  appendFileSync(path, line({ file: FILES[0], status: 'complete', seconds: 2 }));
  reports.read();
  expect(reports.take()).toMatchObject({ status: 'complete', seconds: 2 });
  expect(reports.take()).toBeNull();
});

test('progress is shown for the file that the worker has', () => {
  const { path, reports, liveState } = reportsOf('');
  liveState.setFile(1, 0, '/data/file-0.fa');
  appendFileSync(path, line({ file: FILES[0], status: 'progress', done: 3, total: 9 }));
  reports.read();
  expect(liveState.workers()).toMatchObject([{ rank: 0, done: 3, total: 9 }]);
});

test('a report file that the worker wiped is read from its start', () => {
  const { path, reports, heard } = reportsOf(LINES.join(''));
  truncateSync(path, 0);
  appendFileSync(path, line({ file: FILES[2], status: 'started' }));
  reports.read();
  expect(heard.at(-1)).toBe('2 started');
});

test('a report that was cut off when its worker ended is known to be lost, until the next start', () => {
  for (const last of ['{', '{"file":"/data/file-2.fa","sta', '{"file":"/data/file-2.fa","status":"fai']) {
    const { reports } = reportsOf(`${LINES.join('')}${last}`);
    expect(reports.isCutOff).toBe(false);
    reports.readToEnd();
    expect(reports.isCutOff, `after ${last}`).toBe(true);
    reports.beginStart();
    expect(reports.isCutOff, `after ${last}`).toBe(false);
  }
});

test('a last report that lacks nothing but its newline is heard when its worker has ended', () => {
  const { reports, heard } = reportsOf(line({ file: FILES[2], status: 'complete' }).trimEnd());
  expect(heard).toEqual([]);
  reports.readToEnd();
  expect(heard).toEqual(['2 complete, 0 behind']);
  expect(reports.isCutOff).toBe(false);
});

test('a report that was cut off before this engine began is known to be lost', () => {
  const path = join(temporaryFolder(), 'worker_0.reports.ndjson');
  writeFileSync(path, `${LINES[0]}{"file":"/data/file-2.fa","sta`);
  const write = (): void => undefined;
  const live = { state: new LiveState(), scan: () => undefined, warn: () => undefined };
  const later = new WorkerReports({ state: stepState(), live }, { path, rank: 0, from: 0, write });
  onTestFinished(() => later.close());
  later.read();
  expect(later.isCutOff).toBe(true);
});

test('a line that is no report loses nothing, nor does one that was cut off while it said "complete"', () => {
  for (const text of [`hello\n${LINES[0]}`, 'hello', '{"file":"/data/file-2.fa","status":"comp']) {
    const { reports } = reportsOf(text);
    reports.readToEnd();
    expect(reports.isCutOff, `after ${text}`).toBe(false);
  }
});

test('a lost report stays lost when the last one lacks nothing but its newline, and a long path hides no "complete"', () => {
  const later = (torn: string): boolean => {
    const path = join(temporaryFolder(), 'worker_0.reports.ndjson');
    writeFileSync(path, torn);
    const live = { state: new LiveState(), scan: () => undefined, warn: () => undefined };
    const reports = new WorkerReports({ state: stepState(), live }, { path, rank: 0, from: 0, write: () => undefined });
    onTestFinished(() => reports.close());
    reports.read();
    appendFileSync(path, line({ file: FILES[2], status: 'complete' }).trimEnd());
    reports.readToEnd();
    return reports.isCutOff;
  };
  expect(later('{"file":"/data/file-1.fa","status":"fai')).toBe(true);
  expect(later(`{"file":"/data/${'d'.repeat(300)}/file-1.fa","status":"comp`)).toBe(false);
});
