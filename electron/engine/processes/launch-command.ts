import type { LaunchSpec } from './launch-spec.ts';

/** The program that starts a launcher, and its arguments. */
export function launchCommand(spec: LaunchSpec): { program: string; args: string[] } {
  const { launcher, record, start, fifo, owner, command } = spec;
  return { program: '/bin/sh', args: [launcher, record, String(start), fifo ?? '-', owner, ...command] };
}
