/** Types of windows-processes.mjs for the engine. */

export interface WindowsProcess {
  pid: number;
  /** The process that started it; that number may be another's by now. */
  parent: number;
  /** Milliseconds since 1970. */
  start_time: number;
  /** The whole command line; empty for processes of other users. */
  command: string;
}

export function listProcesses(pids?: number[]): WindowsProcess[];
export function identify(pid: number): Promise<{ start_time: number; boot_id: string }>;
export function readBootId(): string;
export function parseProcesses(text: string): WindowsProcess[];
export function systemProgram(path: string): string;
