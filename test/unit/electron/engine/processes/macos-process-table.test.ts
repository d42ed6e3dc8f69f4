import { describe, expect, it } from 'vitest';
import { parsePsList } from '../../../../../electron/engine/processes/macos-process-table.ts';

describe('parsePsList', () => {
  it('reads pid, group and start of every live process', () => {
    const text = [
      '    1     1 Ss   Sat Nov 21 05:15:00 2026    ',
      '  612   600 S+   Sun Nov  1 23:59:59 2026    ',
      '  613   600 Z    Sun Nov  1 23:59:59 2026    ',
      '99999 99999 R    Thu Feb 29 00:00:00 2024    ',
      '',
    ].join('\n');
    expect(parsePsList(text)).toEqual([
      { pid: 1, pgid: 1, start_time: Date.UTC(2026, 10, 21, 5, 15, 0) / 1000 },
      { pid: 612, pgid: 600, start_time: Date.UTC(2026, 10, 1, 23, 59, 59) / 1000 },
      { pid: 99_999, pgid: 99_999, start_time: Date.UTC(2024, 1, 29) / 1000 },
    ]);
  });

  it('leaves out what is no process', () => {
    expect(parsePsList('')).toEqual([]);
    expect(parsePsList('  PID  PGID STAT STARTED\nps: illegal option\n 1 1 S never')).toEqual([]);
  });
});
