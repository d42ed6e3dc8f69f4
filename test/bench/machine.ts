import { cpus, release, totalmem } from 'node:os';
import type { Bench } from './bench-context.ts';
import { output } from './processes.ts';

/** The tools that rows are measured against, and how each is asked for its version. */
const TOOLS: Record<string, readonly string[]> = {
  cc: ['--version'],
  grep: ['--version'],
  parallel: ['--version'],
  pigz: ['--version'],
  rg: ['--version'],
  seqkit: ['version'],
  tail: ['--version'],
  xargs: ['--version'],
};

export interface Machine {
  processor: string;
  cores: number;
  memory_gb: number;
  kernel: string;
  node: string;
  /** First line of what each says of its version; null for one that is not installed. */
  tools: Record<string, string | null>;
}

/** What the numbers were measured on. */
export async function describeMachine(bench: Bench): Promise<Machine> {
  const tools: Record<string, string | null> = {};
  for (const [tool, args] of Object.entries(TOOLS)) tools[tool] = await version(bench, tool, args);
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.versions.node,
    tools,
  };
}

async function version(bench: Bench, tool: string, args: readonly string[]): Promise<string | null> {
  const path = bench.find(tool);
  if (path === null) return null;
  try {
    return (await output([path, ...args])).split('\n')[0] ?? '';
  } catch {
    return 'installed, version unknown';
  }
}
