import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { extract, list } from 'tar';
import { expect, onTestFinished, test } from 'vitest';
import { makeArchive } from '../../../../../../electron/engine/records/archive/archive.ts';
import { markArchiveStale, readArchiveState } from '../../../../../../electron/engine/records/archive/archive-state.ts';
import { verifyArchive } from '../../../../../../electron/engine/records/archive/read-archive.ts';
import { listArchiveMembers, tarStream } from '../../../../../../electron/engine/records/archive/write-tar.ts';
import { runMetrics, writeMetrics } from '../../../../../../electron/engine/records/metrics/metrics.ts';
import { writeSummary } from '../../../../../../electron/engine/records/summary/summary.ts';
import {
  archiveFile,
  archiveStateFile,
  summaryFile,
  workerLog,
} from '../../../../../../electron/engine/run-directory/paths.ts';
import { madeState, makeRun } from '../../../../../helpers/make-run.ts';
import { temporaryFolder } from '../../../../../helpers/temporary-folder.ts';

const NOW = new Date('2026-11-21T05:30:00Z');
const LATER = new Date('2026-11-22T05:30:00Z');
const SUMMARY = 'Drover run\n\n== Reconciliation ====\nagreed\n';

/** A run with all its records, as it is before it is archived. */
function finishedRun(runs = temporaryFolder()): string {
  const directory = makeRun(runs);
  writeMetrics(directory, runMetrics(madeState(), NOW));
  writeSummary(directory, SUMMARY);
  return directory;
}

async function differencesOf(directory: string): Promise<string[]> {
  const result = await verifyArchive(directory);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.differences.map((difference) => `${difference.what}: ${difference.detail}`);
}

/** Members in the order in which they stand. */
async function membersOf(path: string): Promise<string[]> {
  const members: string[] = [];
  await list({ file: path, onReadEntry: (entry) => members.push(entry.path) });
  return members;
}

async function unpack(directory: string): Promise<string> {
  const target = temporaryFolder();
  await extract({ file: archiveFile(directory), cwd: target });
  return target;
}

test('the archive holds logs and records, sorted, and the summary without its archive block', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  expect(await membersOf(archiveFile(directory))).toEqual([
    'inputs.ndjson',
    'journal.ndjson',
    'logs/reconciliation.log',
    'logs/run.log',
    'logs/step_001/worker_0.log',
    'logs/step_001/worker_0.reports.ndjson',
    'logs/step_001/worker_1.log',
    'logs/step_001/worker_1.reports.ndjson',
    'logs_summary.txt',
    'metadata.json',
    'metrics.json',
  ]);
  const target = await unpack(directory);
  expect(readFileSync(join(target, 'logs_summary.txt'), 'utf8')).toBe(SUMMARY);
  expect(readFileSync(workerLog(target, 1, 0))).toEqual(readFileSync(workerLog(directory, 1, 0)));
});

test('size and checksum are true and stand in archive.json and at the end of the summary', async () => {
  const directory = finishedRun();
  const result = await makeArchive(directory, NOW);
  const bytes = readFileSync(archiveFile(directory));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(result).toEqual({ path: archiveFile(directory), size: bytes.length, sha256 });
  expect(readArchiveState(directory)).toMatchObject({
    size: bytes.length,
    sha256,
    stale: false,
    made: NOW.toISOString(),
  });
  const summary = readFileSync(summaryFile(directory), 'utf8');
  expect(summary.startsWith(SUMMARY)).toBe(true);
  expect(summary).toContain(`SHA-256    ${sha256}`);
  expect(readdirSync(directory).filter((name) => name.includes('tmp'))).toEqual([]);
});

test('made twice, at other times and with other file times, it has the same bytes', async () => {
  const directory = finishedRun();
  const first = await makeArchive(directory, NOW);
  utimesSync(workerLog(directory, 1, 0), LATER, LATER);
  const second = await makeArchive(directory, LATER);
  expect(second).toEqual(first);
});

test('a plain tar reads it', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  const listed = execFileSync('tar', ['-tvzf', archiveFile(directory)], {
    encoding: 'utf8',
    env: { TZ: 'UTC', PATH: process.env['PATH'] },
  });
  expect(listed.split('\n')).toHaveLength(12);
  expect(listed).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 journal\.ndjson$/m);
});

test('names longer than the format’s first field and names in other scripts survive', async () => {
  const directory = finishedRun();
  const folder = join(directory, 'logs', 'step_001', 'd'.repeat(120), 'e'.repeat(120));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `基因组 ${'f'.repeat(100)}.log`), 'deep');
  await makeArchive(directory, NOW);
  const target = await unpack(directory);
  const inside = folder.slice(directory.length + 1);
  expect(readFileSync(join(target, inside, `基因组 ${'f'.repeat(100)}.log`), 'utf8')).toBe('deep');
  expect(await differencesOf(directory)).toEqual([]);
});

test('links, sockets and FIFOs are left out and nothing outside the run gets in', async () => {
  const directory = finishedRun();
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.log'), 'secret');
  const logs = join(directory, 'logs');
  symlinkSync(join(outside, 'secret.log'), join(logs, 'link.log'));
  symlinkSync(outside, join(logs, 'step_002'));
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(logs, 'fifo.log')]);
  const server = createServer().listen(join(outside, 's'));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  symlinkSync(join(outside, 's'), join(logs, 'socket'));
  const before = listArchiveMembers(directory).map((member) => member.path);
  expect(before.filter((path) => /link|fifo|socket|secret|step_002/.test(path))).toEqual([]);
  await makeArchive(directory, NOW);
  expect(await membersOf(archiveFile(directory))).toEqual(before);
});

test('a logs folder that is a link is not followed', () => {
  const directory = finishedRun();
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.log'), 'secret');
  rmSync(join(directory, 'logs'), { recursive: true });
  symlinkSync(outside, join(directory, 'logs'));
  expect(listArchiveMembers(directory).filter((member) => member.path.startsWith('logs/'))).toEqual([]);
});

test('a log that grows while it is read is cut at the size that was stated', async () => {
  const directory = finishedRun();
  const log = workerLog(directory, 1, 0);
  writeFileSync(log, 'a'.repeat(1_000_000));
  const members = listArchiveMembers(directory).filter((member) => member.path.endsWith('worker_0.log'));
  const pieces: Buffer[] = [];
  for await (const piece of tarStream(directory, members, new Map())) {
    appendFileSync(log, 'b'.repeat(300_000));
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  expect(bytes.length % 512).toBe(0);
  expect(bytes.subarray(512, 512 + 1_000_000).toString()).toBe('a'.repeat(1_000_000));
  expect(bytes.includes('b'.repeat(10))).toBe(false);
});

test('a log that becomes shorter is an error that names it', async () => {
  const directory = finishedRun();
  const log = workerLog(directory, 1, 0);
  const members = listArchiveMembers(directory).filter((member) => member.path.endsWith('worker_0.log'));
  truncateSync(log, 3);
  const read = async (): Promise<void> => {
    for await (const piece of tarStream(directory, members, new Map())) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toThrow(`${log} became shorter`);
});

test('an archive that cannot be made leaves the earlier one and no temporary file', async () => {
  const directory = finishedRun();
  const first = await makeArchive(directory, NOW);
  const log = workerLog(directory, 1, 0);
  const second = makeArchive(directory, LATER);
  truncateSync(log, 3);
  await expect(second).rejects.toThrow('became shorter');
  expect(
    createHash('sha256')
      .update(readFileSync(archiveFile(directory)))
      .digest('hex'),
  ).toBe(first.sha256);
  expect(readArchiveState(directory)).toMatchObject({ sha256: first.sha256, made: NOW.toISOString() });
  expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a whole archive has no differences', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  expect(await differencesOf(directory)).toEqual([]);
});

test('a changed byte, a cut, and bytes behind the end are each found', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  const path = archiveFile(directory);
  const whole = readFileSync(path);
  const changed = Buffer.from(whole);
  changed.writeUInt8(changed.readUInt8(whole.length - 200) ^ 1, whole.length - 200);
  writeFileSync(path, changed);
  expect((await differencesOf(directory)).length).toBeGreaterThan(0);
  writeFileSync(path, whole.subarray(0, whole.length - 50));
  expect((await differencesOf(directory)).join()).toContain('cannot be read to its end');
  writeFileSync(path, Buffer.concat([whole, Buffer.alloc(9)]));
  expect((await differencesOf(directory)).join()).toContain('checksum');
  writeFileSync(path, 'not a gzip file');
  expect((await differencesOf(directory)).join()).toContain('cannot be read to its end');
});

test('an archive of other files is told member by member', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  const state = readFileSync(archiveStateFile(directory), 'utf8');
  rmSync(workerLog(directory, 1, 1));
  appendFileSync(workerLog(directory, 1, 0), 'more');
  await makeArchive(directory, NOW);
  writeFileSync(archiveStateFile(directory), state);
  const differences = (await differencesOf(directory)).join('\n');
  expect(differences).toContain('logs/step_001/worker_1.log is missing');
  expect(differences).toMatch(/worker_0\.log has \d+ bytes instead of \d+/);
});

test('a log that was appended to since is found, and a stale archive is called stale', async () => {
  const directory = finishedRun();
  await makeArchive(directory, NOW);
  appendFileSync(workerLog(directory, 1, 0), 'more');
  markArchiveStale(directory);
  const differences = (await differencesOf(directory)).join('\n');
  expect(differences).toContain('stale');
  expect(differences).toContain('changed since: logs/step_001/worker_0.log');
  await makeArchive(directory, LATER);
  expect(await differencesOf(directory)).toEqual([]);
});

test('without an archive there is nothing to mark and nothing to verify', async () => {
  const directory = finishedRun();
  markArchiveStale(directory);
  expect(existsSync(archiveStateFile(directory))).toBe(false);
  expect(await verifyArchive(directory)).toMatchObject({ ok: false, error: { reason: 'invalid-usage' } });
  writeFileSync(archiveFile(directory), 'x');
  expect(await verifyArchive(directory)).toMatchObject({ ok: false, error: { reason: 'invalid-usage' } });
});
