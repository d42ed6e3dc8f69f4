import { execFileSync } from 'node:child_process';
import type { ProcessTable } from './process-table.ts';
import { trySignal } from './signals.ts';

/** PowerShell needs about half a second to start; ten times that is a hang. */
const POWERSHELL_LIMIT_MS = 5_000;

/**
 * Processes on Windows. There are no groups: the tree below the launcher stands for one, and `taskkill /T /F` ends it.
 * Start times are milliseconds since 1970. Not proved on Windows; see the README.
 */
export const windowsProcessTable: ProcessTable = {
  bootId() {
    return powershell('(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToFileTimeUtc()');
  },
  startTime(pid) {
    const text = powershell(`[DateTimeOffset]::new((Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`);
    return text === '' ? null : Number(text);
  },
  membersOf(mark) {
    if (mark.pgid === null) return [];
    const started = windowsProcessTable.startTime(mark.pgid);
    return started === null ? [] : [{ pid: mark.pgid, start_time: started }];
  },
  groupExists(pgid) {
    return trySignal(pgid, 0);
  },
  signalGroup(pgid, signal) {
    if (signal !== 'SIGKILL') return trySignal(pgid, 0);
    return endTree(pgid);
  },
  signalProcess(seen, signal) {
    return windowsProcessTable.startTime(seen.pid) === seen.start_time && (signal !== 'SIGKILL' || endTree(seen.pid));
  },
};

function endTree(pid: number): boolean {
  try {
    execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', timeout: POWERSHELL_LIMIT_MS });
    return true;
  } catch {
    return false;
  }
}

function powershell(command: string): string {
  try {
    return execFileSync('powershell', ['-NoProfile', '-NonInteractive', '-Command', command], {
      encoding: 'utf8',
      timeout: POWERSHELL_LIMIT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
