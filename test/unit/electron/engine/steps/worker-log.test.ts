import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asctime } from '../../../../../electron/engine/logs/render-component-line.ts';
import { writeLogOpening, writeSpawnFailure } from '../../../../../electron/engine/steps/worker-log.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-opening-'));
  path = join(folder, 'worker_0.log');
});
afterEach(() => rm(folder, { recursive: true }));

const time = new Date('2026-11-21T05:15:00.123Z');

function appending<T>(use: (fd: number) => T): T {
  const fd = openSync(path, 'a');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

const text = (): string => readFileSync(path, 'utf8');
const initialized = (): string =>
  `${asctime(time)} - Worker 0 - drover - INFO - Worker 0 logging initialized: ${path}\n`;

describe('writeLogOpening', () => {
  it('writes one line into a new log', () => {
    const range = appending((fd) => writeLogOpening(fd, { rank: 0, path, time, engineStart: true }));
    expect(text()).toBe(initialized());
    expect(range).toEqual({ start: 0, end: Buffer.byteLength(initialized()) });
  });

  it('separates a resume from what stands there, mending a cut-off line', () => {
    writeFileSync(path, 'earlier\ncut o');
    const range = appending((fd) => writeLogOpening(fd, { rank: 0, path, time, engineStart: true }));
    expect(text()).toBe(`earlier\ncut o\n=== Resume at 2026-11-21T05:15:00.123Z ===\n${initialized()}`);
    expect(range).toEqual({ start: 13, end: Buffer.byteLength(text()) });
  });

  it('separates a restart under the same engine by its number and reason, on one line', () => {
    writeFileSync(path, 'earlier\n');
    appending((fd) =>
      writeLogOpening(fd, {
        rank: 0,
        path,
        time,
        engineStart: false,
        restart: { start: 2, reason: 'signal:\nSIGKILL' },
      }),
    );
    expect(text()).toBe('earlier\n=== Restart 2 at 2026-11-21T05:15:00.123Z (signal: SIGKILL) ===\n');
  });

  it('writes nothing when nothing began anew', () => {
    writeFileSync(path, 'earlier');
    expect(appending((fd) => writeLogOpening(fd, { rank: 0, path, time, engineStart: false }))).toEqual({
      start: 7,
      end: 7,
    });
    expect(text()).toBe('earlier');
  });
});

describe('writeSpawnFailure', () => {
  it('puts the reason into the same log', () => {
    const message = 'command not found: esm';
    appending((fd) => writeSpawnFailure(fd, { rank: 0, path, time, message }));
    expect(text()).toBe(`${asctime(time)} - Worker 0 - drover - ERROR - Worker 0 could not be started: ${message}\n`);
  });
});
