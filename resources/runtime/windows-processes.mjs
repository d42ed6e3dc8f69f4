/**
 * Reads processes on Windows, through PowerShell. The launcher and the engine use the same query, so that both see the same start time of
 * a process. Not tested on Windows, only with a stand-in for PowerShell.
 */
import { execFile, execFileSync } from 'node:child_process';
import { win32 } from 'node:path';

/** PowerShell needs about half a second to start, several under load; after ten it hangs. */
const ANSWER_LIMIT_MS = 10_000;
/** Enough for some thousand processes, each with a long command line. */
const ANSWER_LIMIT_BYTES = 16 * 1024 * 1024;
/** The kernel's own process, created when the machine starts; always number 4. */
const SYSTEM_PID = 4;

/**
 * Lists some processes, or all. Blocks for about half a second.
 * @param {number[]} [pids]
 */
export function listProcesses(pids = []) {
  try {
    return parseProcesses(
      execFileSync(powershell(), invocation(pids), { ...OPTIONS, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return [];
  }
}

/**
 * Returns the start of a process and of the machine.
 * @param {number} pid
 * @returns {Promise<{ start_time: number, boot_id: string }>} 0 when the process is gone, `unknown` when Windows gives no answer
 */
export function identify(pid) {
  return new Promise((resolve) => {
    execFile(powershell(), invocation([SYSTEM_PID, pid]), OPTIONS, (error, answer) => {
      const found = error === null ? parseProcesses(answer) : [];
      resolve({ start_time: found.find((seen) => seen.pid === pid)?.start_time ?? 0, boot_id: bootIdOf(found) });
    });
  });
}

/**
 * Identifies this boot of the machine by the start of the kernel's own process. Unlike the boot time that Windows reports, it does not
 * change when the clock is set.
 */
export function readBootId() {
  return bootIdOf(listProcesses([SYSTEM_PID]));
}

/**
 * Parses the output: per line pid, parent's pid, start in milliseconds since 1970 and command line, separated by tabs.
 * @param {string} text
 */
export function parseProcesses(text) {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^(\d+)\t(\d+)\t(\d+)\t(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, start, command = ''] = match;
    return [{ pid: Number(pid), parent: Number(parent), start_time: Number(start), command }];
  });
}

/**
 * Returns the path of a program that belongs to Windows: a bare name would be searched in the current folder first.
 * @param {string} path below System32
 */
export function systemProgram(path) {
  const root = process.env['SystemRoot'];
  return root === undefined ? win32.basename(path, '.exe') : win32.join(root, 'System32', path);
}

/** @type {{ encoding: 'utf8', timeout: number, maxBuffer: number, windowsHide: true }} */
const OPTIONS = { encoding: 'utf8', timeout: ANSWER_LIMIT_MS, maxBuffer: ANSWER_LIMIT_BYTES, windowsHide: true };

function powershell() {
  return systemProgram('WindowsPowerShell\\v1.0\\powershell.exe');
}

/**
 * Builds the query without double quotes, which two layers would have to escape in the same way. Line breaks in command lines are removed.
 * @param {number[]} pids
 */
function invocation(pids) {
  const filter = pids.map((pid) => `ProcessId = ${pid}`).join(' OR ');
  const fields = [
    '$_.ProcessId',
    '$_.ParentProcessId',
    '([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds()',
    String.raw`($_.CommandLine -replace '[\r\n]', ' ')`,
  ];
  const question = [
    `Get-CimInstance Win32_Process${filter === '' ? '' : ` -Filter '${filter}'`}`,
    'Where-Object { $_.CreationDate }',
    `ForEach-Object { (${fields.join(', ')}) -join [char]9 }`,
  ].join(' | ');
  return [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    `[Console]::OutputEncoding = [Text.Encoding]::UTF8; ${question}`,
  ];
}

/** @param {import('./windows-processes.mjs').WindowsProcess[]} processes */
function bootIdOf(processes) {
  return String(processes.find(({ pid }) => pid === SYSTEM_PID)?.start_time ?? 'unknown');
}
