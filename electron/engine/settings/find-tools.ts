import { dirname } from 'node:path';
import type { ToolPlace, ToolReport } from '../../../shared/contract/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';
import { findPython } from '../pipelines/find-python.ts';
import type { EnvironmentOrigin } from './login-environment.ts';

/** The tools that Drover uses or that its users need, with their purposes. Python is searched separately. */
const TOOLS: readonly { name: string; purpose: string }[] = [
  { name: 'nvidia-smi', purpose: 'finds and watches NVIDIA devices' },
  { name: 'amd-smi', purpose: 'finds and watches AMD devices' },
  { name: 'stdbuf', purpose: 'lets C programs print line by line' },
  { name: 'tar', purpose: 'unpacks archives of runs' },
  { name: 'py-spy', purpose: 'shows what a Python worker is doing' },
  { name: 'conda', purpose: 'makes Python environments' },
];

interface ToolQuestion {
  env: Environment;
  home: string;
  interpreter: string | null;
  /** null: the environment is the program's own. */
  origin: EnvironmentOrigin | null;
}

/** Returns for each tool where it was found, and what led to it. */
export function findTools({ env, home, interpreter, origin }: ToolQuestion): ToolReport {
  return {
    tools: [pythonPlace({ env, home, interpreter, origin }), ...TOOLS.map((tool) => place(tool, env, home, origin))],
    environment: origin?.words ?? 'Programs are searched in the environment that Drover was started with.',
  };
}

function pythonPlace({ env, home, interpreter, origin }: ToolQuestion): ToolPlace {
  const tool = { name: 'python', purpose: 'runs steps that use {python}' };
  const found = findPython({ env, workingDirectory: home, setting: interpreter ?? undefined });
  if (!found.ok) return { ...tool, path: null, found: `${found.error.message} ${found.error.advice}` };
  return { ...tool, path: found.value, found: pythonOrigin(found.value, env, interpreter, origin) };
}

function pythonOrigin(
  path: string,
  env: Environment,
  interpreter: string | null,
  origin: EnvironmentOrigin | null,
): string {
  if ((env['DROVER_PYTHON'] ?? '') !== '') return 'named by DROVER_PYTHON';
  if (interpreter !== null) return 'named in the settings';
  for (const variable of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const folder = env[variable] ?? '';
    if (folder !== '' && path.startsWith(folder))
      return `of the active environment (${variable}${shellOrigin(variable, origin)})`;
  }
  return pathOrigin(path, origin);
}

function place(
  tool: { name: string; purpose: string },
  env: Environment,
  home: string,
  origin: EnvironmentOrigin | null,
): ToolPlace {
  const found = findCommand(tool.name, env, home);
  if (!found.ok) return { ...tool, path: null, found: 'not in any folder on PATH' };
  return { ...tool, path: found.value, found: pathOrigin(found.value, origin) };
}

function pathOrigin(path: string, origin: EnvironmentOrigin | null): string {
  const folder = dirname(path);
  const entry = `in ${folder} on PATH`;
  if (origin === null) return entry;
  if (origin.ownFolders.includes(folder)) return `${entry}, from the program’s own environment`;
  return `${entry}, from ${origin.shellFolders.includes(folder) ? 'the login shell' : 'the usual folders'}`;
}

function shellOrigin(variable: string, origin: EnvironmentOrigin | null): string {
  return origin?.variables.includes(variable) === true ? ', from the login shell' : '';
}
