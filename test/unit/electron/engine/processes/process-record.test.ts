import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  endingOf,
  lastRecordedStart,
  readStartRecord,
} from '../../../../../electron/engine/processes/process-record.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const IDENTITY = { pid: 12, pgid: 11, start_time: 345, boot_id: 'b00t' };
const started = (start: number) => `${JSON.stringify({ start, ...IDENTITY })}\n`;
const ended = (start: number, status: number) => `${JSON.stringify({ start, status })}\n`;

function recordOf(text: string): string {
  const path = join(temporaryFolder(), 'worker_0.ndjson');
  writeFileSync(path, text);
  return path;
}

describe('readStartRecord', () => {
  it('knows nothing of a file that is not there, or of another start', () => {
    const nothing = { process: null, status: null };
    expect(readStartRecord(join(temporaryFolder(), 'none'), 1)).toEqual(nothing);
    expect(readStartRecord(recordOf(started(1) + ended(1, 0) + started(11)), 2)).toEqual(nothing);
  });

  it('reads the lines of the start that is asked for', () => {
    const path = recordOf(started(1) + ended(1, 3) + started(2));
    expect(readStartRecord(path, 2)).toEqual({ process: IDENTITY, status: null });
    appendFileSync(path, ended(2, 137));
    expect(readStartRecord(path, 2)).toEqual({ process: IDENTITY, status: 137 });
  });

  it('takes a line only with its newline, cut at any byte', () => {
    const text = started(1) + ended(1, 137);
    for (let size = 0; size <= text.length; size += 1) {
      const { process, status } = readStartRecord(recordOf(text.slice(0, size)), 1);
      expect(process, `${size} bytes`).toEqual(size >= started(1).length ? IDENTITY : null);
      expect(status, `${size} bytes`).toBe(size === text.length ? 137 : null);
    }
  });

  it('reads on after a line that was cut off and closed by a newline', () => {
    const path = recordOf(`${started(1).slice(0, 20)}\n${started(1)}${ended(1, 0).slice(0, 5)}\n${ended(1, 0)}`);
    expect(readStartRecord(path, 1)).toEqual({ process: IDENTITY, status: 0 });
  });

  it('finds the newest start at the end of a long file', () => {
    const earlier = Array.from({ length: 5_000 }, (_, index) => started(index + 1) + ended(index + 1, 1));
    const path = recordOf(`${earlier.join('')}${started(5_001)}${ended(5_001, 7)}`);
    expect(readStartRecord(path, 5_001)).toEqual({ process: IDENTITY, status: 7 });
  });

  it('takes no identity that is not whole', () => {
    expect(readStartRecord(recordOf('{"start":1,"pid":12,"pgid":11}\n'), 1).process).toBeNull();
    expect(readStartRecord(recordOf('{"start":1,"pid":12\n'), 1).process).toBeNull();
  });
});

describe('lastRecordedStart', () => {
  it('is the highest number of whole and torn-free lines, and 0 without any', () => {
    expect(lastRecordedStart(join(temporaryFolder(), 'none'))).toBe(0);
    expect(lastRecordedStart(recordOf(''))).toBe(0);
    expect(lastRecordedStart(recordOf(`${started(1)}${ended(1, 0)}${started(12)}{"start":13,"pi`))).toBe(12);
  });
});

describe('endingOf', () => {
  it.each([
    [0, { exit_code: 0, signal: null }],
    [127, { exit_code: 127, signal: null }],
    [128, { exit_code: 128, signal: null }],
    [137, { exit_code: null, signal: 'SIGKILL' }],
    [139, { exit_code: null, signal: 'SIGSEGV' }],
    [255, { exit_code: 255, signal: null }],
  ])('of status %i', (status, ending) => {
    expect(endingOf(status)).toEqual(ending);
  });

  it('is always an exit code where there are no signals', () => {
    expect(endingOf(137, false)).toEqual({ exit_code: 137, signal: null });
    expect(endingOf(0xc0000005, false)).toEqual({ exit_code: 0xc0000005, signal: null });
  });
});
