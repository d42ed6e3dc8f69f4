import { type Probe, runTool, type ToolAnswer } from './run-tool.ts';

/** Where the tool is looked for: on PATH, then where WSL keeps it (root's PATH there often lacks the folder). */
export const NVIDIA_SMI_FILES = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'] as const;

/** Asks nvidia-smi one question. */
export async function askNvidiaSmi(args: readonly string[], probe: Probe): Promise<ToolAnswer> {
  for (const file of NVIDIA_SMI_FILES) {
    const answer = await runTool(file, args, probe);
    if (answer.kind !== 'missing') return answer;
  }
  return { kind: 'missing' };
}

/** The lines of the table in an answer: a tool that fails on one card of several still prints the others. */
export function tableLines(answer: ToolAnswer): string[] {
  if (answer.kind !== 'answered' && answer.kind !== 'failed') return [];
  return answer.stdout.split('\n').filter((line) => line.trim() !== '');
}
