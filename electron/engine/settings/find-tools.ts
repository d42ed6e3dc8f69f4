import { dirname } from 'node:path';
import type { ToolPlace, ToolReport } from '../../../shared/contract/settings.ts';
import type { Environment } from '../files/data-home.ts';
import { findCommand } from '../pipelines/find-command.ts';
import { findPython } from '../pipelines/find-python.ts';
import type { EnvironmentOrigin } from './login-environment.ts';

/** The tools that Drover uses or its users ask for, and what for. Python comes by a way of its own. */
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

/** Says of each tool where it was found, and by whose word. */
export function findTools({ env, home, interpreter, origin }: ToolQuestion): ToolReport {
  return {
    tools: [pythonPlace({ env, home, interpreter, origin }), ...TOOLS.map((tool) => place(tool, env, home, origin))],
    environment: origin?.words ?? 'Programs are looked for in the environment that Drover was started with.',
  };
}

function pythonPlace({ env, home, interpreter, origin }: ToolQuestion): ToolPlace {
  const tool = { name: 'python', purpose: 'runs steps that use {python}' };
  const found = findPython({ env, workingDirectory: home, setting: interpreter ?? undefined });
  if (!found.ok) return { ...tool, path: null, found: `${found.error.message} ${found.error.advice}` };
  return { ...tool, path: found.value, found: pythonWord(found.value, env, interpreter, origin) };
}

function pythonWord(
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
      return `of the active environment (${variable}${shellWord(variable, origin)})`;
  }
  return pathWord(path, origin);
}

function place(
  tool: { name: string; purpose: string },
  env: Environment,
  home: string,
  origin: EnvironmentOrigin | null,
): ToolPlace {
  const found = findCommand(tool.name, env, home);
  if (!found.ok) return { ...tool, path: null, found: 'in no folder on PATH' };
  return { ...tool, path: found.value, found: pathWord(found.value, origin) };
}

function pathWord(path: string, origin: EnvironmentOrigin | null): string {
  const folder = dirname(path);
  const entry = `in ${folder} on PATH`;
  if (origin === null) return entry;
  if (origin.ownFolders.includes(folder)) return `${entry}, from the program’s own environment`;
  return `${entry}, from ${origin.shellFolders.includes(folder) ? 'the login shell' : 'the usual folders'}`;
}

function shellWord(variable: string, origin: EnvironmentOrigin | null): string {
  return origin?.variables.includes(variable) === true ? ', from the login shell' : '';
}
