import { isatty } from 'node:tty';
import type { Environment } from '../engine/files/data-home.ts';
import { askLoginShell, type EnvironmentOrigin, isFromDesktop } from '../engine/settings/login-environment.ts';

/** The environment that the engine works with: the process's own, with the login shell's where a desktop has started it. */
export async function startEnvironment(
  own: Environment,
): Promise<{ env: Environment; origin: EnvironmentOrigin | undefined }> {
  const isTerminal = [0, 1, 2].some((stream) => isatty(stream));
  if (!isFromDesktop(own, isTerminal, process.platform)) return { env: own, origin: undefined };
  return askLoginShell(own);
}
