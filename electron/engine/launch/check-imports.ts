import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { LaunchCheck } from '../../../shared/contract/launch.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import { parseTemplate, placeholdersIn, substitute } from '../../../shared/pipeline/placeholders.ts';
import { runTool } from '../devices/run-tool.ts';
import { inheritedEnvironment } from '../hosts/worker-environment.ts';
import type { PreparedLaunch } from './prepare-launch.ts';

/** An interpreter that only searches for modules answers within a tenth of a second; on a cold network disk it takes seconds (ms). */
const IMPORTS_PROBE_MS = 8_000;

/** The number of bytes read from a script: imports are at its top. */
const SCRIPT_BYTES = 64 * 1024;

/** Searches beside the script and on the usual path without importing modules: that would take seconds, and GPU memory. */
const PROBE = `import importlib.util, json, sys
sys.path.insert(0, sys.argv[1])
def there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
print(json.dumps([name for name in sys.argv[2:] if not there(name)]))`;

/** `import a.b as c, d` and `from a.b import c`, at the start of a line: an indented import may be optional. */
const IMPORT = /^(?:import[ \t]+(.+)|from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b)/;
const MODULE = /^[A-Za-z_]\w*/;
const DOCSTRING = /("""|''')[\s\S]*?\1/g;

/** A script of a step that runs in the pipeline's interpreter. */
interface Script {
  step: string;
  path: string;
  env: Readonly<Record<string, string>>;
}

/** Checks whether the interpreter has the modules that the pipeline's scripts import at their top. Returns nothing where that is unknown. */
export async function checkImports(
  launch: PreparedLaunch,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<LaunchCheck[]> {
  const { python } = launch;
  if (python === null) return [];
  const scripts = launch.pipeline.steps.flatMap((step) => scriptOf(step, launch));
  const checks = await Promise.all(scripts.map((script) => checkScript(python, script, env, signal)));
  return checks.flat();
}

/** `["{python}", "{pipeline_dir}/embed.py", …]`: options of the interpreter may come before the script. */
function scriptOf({ name, command, env }: Step, { loaded, python }: PreparedLaunch): Script[] {
  const [program, ...words] = command;
  const script = words.find((word) => !word.startsWith('-'));
  if (program !== '{python}' || script === undefined || !script.endsWith('.py')) return [];
  const values = { pipeline_dir: loaded.pipelineDir, python: python ?? '' };
  if (!placeholdersIn(script).every((word) => Object.hasOwn(values, word))) return [];
  return [{ step: name, path: resolve(loaded.pipelineDir, substitute(parseTemplate(script), values)), env }];
}

async function checkScript(
  python: string,
  { step, path, env: own }: Script,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<LaunchCheck[]> {
  const modules = topImports(await beginningOf(path));
  if (modules.length === 0) return [];
  const given = Object.entries(own).filter(([, value]) => placeholdersIn(value).length === 0);
  const answer = await runTool(python, ['-c', PROBE, dirname(path), ...modules], {
    env: { ...inheritedEnvironment(env), ...Object.fromEntries(given) },
    timeoutMs: IMPORTS_PROBE_MS,
    signal,
  });
  if (answer.kind !== 'answered') return [];
  const missing = namesIn(answer.stdout);
  if (missing === null) return [];
  if (missing.length === 0)
    return [{ subject: 'imports', state: 'good', message: `${python} has all that “${step}” imports.`, advice: '' }];
  return [
    {
      subject: 'imports',
      state: 'caution',
      message: `${python} does not have ${missing.join(', ')}, which “${step}” imports.`,
      advice:
        'Install what is missing into that interpreter, or start Drover from the environment that has it (DROVER_PYTHON).',
    },
  ];
}

/** Returns an empty text when the file cannot be read: the worker reports a missing script. */
async function beginningOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SCRIPT_BYTES), 0, SCRIPT_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

function namesIn(stdout: string): string[] | null {
  try {
    return z.array(z.string()).parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

/** Returns the modules that a Python script imports at its top, up to their first dot, each once. */
export function topImports(script: string): string[] {
  const modules = script
    .replaceAll(DOCSTRING, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, list, from] = IMPORT.exec(line) ?? [];
      return from === undefined ? (list ?? '').split('#', 1).join('').split(',') : [from];
    })
    .flatMap((name) => MODULE.exec(name.trim()) ?? []);
  return [...new Set(modules)];
}
