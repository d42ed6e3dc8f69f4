import type { Environment } from '../files/data-home.ts';
import type { LaunchSpec } from './launch-spec.ts';

export interface LaunchCommand {
  program: string;
  args: string[];
  env: Environment;
}

/**
 * The program that starts a launcher, with its arguments and environment: sh, and on Windows a Node.
 * @param node in the packaged app this is Electron, which is a plain Node only with a variable; the launcher keeps it from the worker
 */
export function launchCommand(
  spec: LaunchSpec,
  { node, platform }: { node: string; platform: NodeJS.Platform },
): LaunchCommand {
  const { launcher, record, start, fifo, owner, command, env } = spec;
  const args = [launcher, record, String(start), fifo ?? '-', owner, ...command];
  if (platform !== 'win32') return { program: '/bin/sh', args, env };
  return { program: node, args, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } };
}
