import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeTornLine } from '../../../../../electron/engine/files/last-line-whole.ts';
import { ReportTail } from '../../../../../electron/engine/steps/report-tail.ts';
import type { Report } from '../../../../../shared/run/report.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const REPORTS: Report[] = [
  { file: '/data/größe.fa', status: 'started' },
  { file: '/data/größe.fa', status: 'complete', outputs: ['/out/größe.npy'] },
  { file: '/data/b.fa', status: 'failed', error: 'too long' },
];
const LINES = REPORTS.map((report) => `${JSON.stringify(report)}\n`);
const NEXT: Report = { file: '/data/c.fa', status: 'complete' };

/** A tail on a file with this content, and what it has read. */
function tailOf(content: string | Buffer): { path: string; tail: ReportTail; read: Report[]; garbage: string[] } {
  const path = join(temporaryFolder(), 'worker_0.reports.ndjson');
  writeFileSync(path, content);
  const read: Report[] = [];
  const garbage: string[] = [];
  const tail = new ReportTail(path, 0, { onReport: (one) => read.push(one), onGarbage: (line) => garbage.push(line) });
  onTestFinished(() => tail.close());
  tail.read();
  return { path, tail, read, garbage };
}

test('reports cut off at any byte are read up to the last whole line, and the rest when it comes', () => {
  const bytes = Buffer.from(LINES.join(''));
  for (let size = 0; size <= bytes.length; size += 1) {
    const { path, tail, read, garbage } = tailOf(bytes.subarray(0, size));
    const whole = bytes.subarray(0, size).toString('latin1').split('\n').length - 1;
    expect(read, `${size} bytes`).toEqual(REPORTS.slice(0, whole));
    expect(tail.offset, `${size} bytes`).toBe(bytes.subarray(0, size).lastIndexOf('\n') + 1);
    appendFileSync(path, bytes.subarray(size));
    tail.read();
    expect(read, `${size} bytes`).toEqual(REPORTS);
    expect(garbage).toEqual([]);
    tail.close();
  }
});

test('the next worker’s first report is read after one that was cut off for good at any byte', () => {
  const bytes = Buffer.from(LINES.join(''));
  for (let size = 0; size <= bytes.length; size += 1) {
    const { path, tail, read } = tailOf(bytes.subarray(0, size));
    closeTornLine(path);
    appendFileSync(path, `${JSON.stringify(NEXT)}\n`);
    tail.read();
    expect(read.at(-1), `${size} bytes`).toEqual(NEXT);
    // A line that lacks nothing but its newline is whole once it is closed.
    const lines = bytes
      .subarray(0, size)
      .toString()
      .split('\n')
      .filter((line) => LINES.includes(`${line}\n`));
    expect(read, `${size} bytes`).toHaveLength(lines.length + 1);
    tail.close();
  }
});
