import { describe, expect, it } from 'vitest';
import { workerTree } from '../../../../../electron/engine/processes/windows-process-table.ts';
import { parseProcesses } from '../../../../../resources/runtime/windows-processes.mjs';

const MARK = { pgid: 100, run: '20261121-051500-123-k3f9', step: 1, rank: 0 };
const LAUNCHER = `"C:\\Program Files\\Drover\\Drover.exe" C:\\d\\launcher-windows.mjs C:\\d\\runs\\p\\${MARK.run}\\worker_0.ndjson 1`;

function entry(pid: number, parent: number, start_time: number, command = '') {
  return { pid, parent, start_time, command };
}

/** The pids of what a tree holds, in its order. */
function pids(all: ReturnType<typeof entry>[], mark = MARK): number[] {
  return workerTree(all, mark).map(({ pid }) => pid);
}

describe('parseProcesses', () => {
  it('reads pid, parent, start and command line', () => {
    const text = `4\t0\t1795238100000\t\r\n100\t9\t1795238400123\t${LAUNCHER}\r\n101\t100\t1795238400456\ta\tb \r\n`;
    expect(parseProcesses(text)).toEqual([
      entry(4, 0, 1_795_238_100_000),
      entry(100, 9, 1_795_238_400_123, LAUNCHER),
      entry(101, 100, 1_795_238_400_456, 'a\tb '),
    ]);
  });

  it('leaves out what is no process', () => {
    expect(parseProcesses('')).toEqual([]);
    expect(parseProcesses('Get-CimInstance : Access denied\r\n    + CategoryInfo\r\n12\t\t3\tx\r\n')).toEqual([]);
  });
});

describe('workerTree', () => {
  it('holds the launcher and all below it, those above before those below', () => {
    const all = [
      entry(103, 102, 40),
      entry(102, 101, 30),
      entry(101, 100, 20),
      entry(100, 9, 10, LAUNCHER),
      entry(104, 100, 20),
      entry(7, 9, 50),
    ];
    expect(pids(all)).toEqual([100, 101, 104, 102, 103]);
  });

  it('is empty when the number of the launcher is a stranger now, or another worker', () => {
    expect(workerTree([entry(100, 9, 10, 'notepad.exe'), entry(101, 100, 20)], MARK)).toEqual([]);
    const other = LAUNCHER.replace(MARK.run, '20261121-051500-124-aaaa');
    expect(workerTree([entry(100, 9, 10, other), entry(101, 100, 20)], MARK)).toEqual([]);
    expect(workerTree([entry(100, 9, 10, LAUNCHER)], { ...MARK, pgid: null })).toEqual([]);
  });

  it('holds no process that is older than what seems to have started it', () => {
    const all = [entry(100, 9, 10, LAUNCHER), entry(101, 100, 5), entry(102, 101, 20)];
    expect(pids(all)).toEqual([100]);
  });

  it('ends on a circle of reused numbers', () => {
    const all = [entry(100, 101, 10, LAUNCHER), entry(101, 100, 10), entry(0, 0, 1)];
    expect(pids(all)).toEqual([100, 101]);
  });
});
