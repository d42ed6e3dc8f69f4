import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

/** Time limit of one call of a vendor's tool (ms). Eight cards without persistence mode need 6 to 10 s for their first answer. */
const PROBE_TIMEOUT_MS = 20_000;

/** Largest kept answer of one call (characters); a table of 64 cards with 1,000 processes is below 1 MB. */
const PROBE_MAX_OUTPUT = 16 * 1024 * 1024;

/** What every call of a vendor's tool needs. */
export interface Probe {
  /** The whole environment of the tool; its PATH decides where the tool is searched for. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Milliseconds; by default `PROBE_TIMEOUT_MS`. */
  timeoutMs?: number | undefined;
}

/** How one call ended. `output` is standard output and error together. */
export type ToolAnswer =
  | { readonly kind: 'answered'; readonly stdout: string }
  | { readonly kind: 'failed'; readonly stdout: string; readonly output: string; readonly ending: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'aborted' };

/**
 * Runs a tool once. Never throws and never waits beyond the time limit: a tool that not even SIGKILL ends (uninterruptible sleep inside a driver) is
 * left behind.
 */
export async function runTool(file: string, args: readonly string[], probe: Probe): Promise<ToolAnswer> {
  const limit = probe.timeoutMs ?? PROBE_TIMEOUT_MS;
  if (probe.signal?.aborted === true) return { kind: 'aborted' };
  const tool = startTool(file, args, probe);
  const enough = new AbortController();
  const answer = tool.then((result) => classify(result, file, probe.env));
  try {
    return await Promise.race([answer, timeOut(limit, enough.signal), aborted(probe.signal, enough.signal)]);
  } finally {
    enough.abort();
    discard(tool);
  }
}

function startTool(file: string, args: readonly string[], probe: Probe) {
  return execa(file, args, {
    env: probe.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: PROBE_MAX_OUTPUT,
  });
}

type Tool = ReturnType<typeof startTool>;

function classify(result: Awaited<Tool>, file: string, env: NodeJS.ProcessEnv): ToolAnswer {
  if (result.code === 'ENOENT' || result.code === 'ENOTDIR') return { kind: 'missing' };
  // The system reports this also for a program that does not exist, if one folder of PATH may not be read.
  if (result.code === 'EACCES' && !isOnPath(file, env)) return { kind: 'missing' };
  if (!result.failed) return { kind: 'answered', stdout: result.stdout };
  const reason = result.signal === undefined ? undefined : `killed by ${result.signal}`;
  const status = result.exitCode === undefined ? undefined : `exit status ${result.exitCode}`;
  return {
    kind: 'failed',
    stdout: result.stdout,
    output: result.all,
    ending: reason ?? status ?? result.code ?? 'could not be started',
  };
}

function isOnPath(file: string, env: NodeJS.ProcessEnv): boolean {
  const folders = file.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, file)));
}

async function timeOut(limit: number, signal: AbortSignal): Promise<ToolAnswer> {
  await delay(limit, undefined, { signal }).catch(() => undefined);
  return { kind: 'timeout', seconds: limit / 1_000 };
}

function aborted(asked: AbortSignal | undefined, enough: AbortSignal): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    asked?.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true, signal: enough });
  });
}

/** Ends what may still run and detaches it: neither its pipes nor its handle keep this process alive. */
function discard(tool: Tool): void {
  tool.kill('SIGKILL');
  const child = tool.nodeChildProcess;
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
