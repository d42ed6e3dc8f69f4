import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Check } from '../../../shared/contract/doctor.ts';
import type { Device } from '../../../shared/device.ts';
import { plural } from '../../../shared/format.ts';
import { runTool } from '../devices/run-tool.ts';
import { workingFolderOrHome } from '../files/data-home.ts';
import { findPython } from '../pipelines/find-python.ts';
import { checkOf } from './check.ts';

/** Loading PyTorch for the first time from a slow disk takes most of a minute. */
const TORCH_PROBE_MS = 90_000;

/** The output of `torch_probe.py`. */
const probeSchema = z.object({
  python: z.string(),
  torch: z.string().nullable(),
  cuda_available: z.boolean(),
  cuda_version: z.string().nullable(),
  devices: z.array(z.object({ name: z.string().nullable() })),
  error: z.string().nullable(),
});
type TorchProbe = z.infer<typeof probeSchema>;

interface InterpreterQuestion {
  env: NodeJS.ProcessEnv;
  /** The folder of bundled workers. */
  workers: string;
  /** The interpreter from the settings. */
  setting?: string | undefined;
  devices: readonly Device[];
}

/** Checks which Python `{python}` stands for, and whether its PyTorch sees the GPUs. */
export async function checkInterpreter(question: InterpreterQuestion): Promise<Check[]> {
  const { env, workers, setting, devices } = question;
  const { ok, warning } = checkOf('interpreter', 'Python');
  const found = findPython({ env, workingDirectory: workingFolderOrHome(), setting });
  if (!found.ok) return [warning(`${found.error.message} Only pipelines in Python need it.`, found.error.advice)];
  const script = join(workers, 'torch_probe.py');
  if (!existsSync(script)) return [ok(`${found.value}.`)];
  const probe = await askTorch(found.value, script, env);
  if (typeof probe === 'string')
    return [warning(`${found.value} cannot be checked for PyTorch: ${probe}`, 'Try it by hand; choose another one.')];
  return [ok(`${found.value}, Python ${probe.python}.`), checkTorch(found.value, probe, devices)];
}

async function askTorch(python: string, script: string, env: NodeJS.ProcessEnv): Promise<TorchProbe | string> {
  const answer = await runTool(python, [script], { env, timeoutMs: TORCH_PROBE_MS });
  switch (answer.kind) {
    case 'answered': {
      const parsed = probeSchema.safeParse(jsonOf(answer.stdout.trim().split('\n').at(-1) ?? ''));
      return parsed.success ? parsed.data : `it printed something unexpected: ${answer.stdout.slice(0, 200)}`;
    }
    case 'failed':
      return `${answer.ending}: ${answer.output.trim().split('\n').at(-1) ?? ''}`;
    case 'timeout':
      return `no answer within ${answer.seconds} s.`;
    case 'missing':
    case 'aborted':
      return 'it could not be started.';
    default:
      return answer satisfies never;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Checks devices that are CUDA devices for PyTorch: those of NVIDIA, and those of AMD with a ROCm build. */
function checkTorch(python: string, probe: TorchProbe, devices: readonly Device[]): Check {
  const { ok, warning, problem } = checkOf('torch', 'PyTorch');
  const gpus = devices.filter(({ kind }) => kind === 'nvidia' || kind === 'mig' || kind === 'amd').length;
  if (probe.torch === null) {
    return warning(
      `${python} has no PyTorch${probe.error === null ? '' : ` (${probe.error})`}. Only pipelines with models need it.`,
      `Install it there: ${python} -m pip install torch transformers`,
    );
  }
  if (gpus === 0) return ok(`PyTorch ${probe.torch}; there is no GPU for it.`);
  if (!probe.cuda_available) {
    return problem(
      `PyTorch ${probe.torch} in ${python} sees no GPU, though there ${gpus === 1 ? 'is one' : `are ${gpus}`}. ${probe.error ?? ''}`.trim(),
      probe.cuda_version === null
        ? 'This build of PyTorch is for the CPU: install one for CUDA or ROCm.'
        : `It was built for CUDA ${probe.cuda_version}: update the driver, or install a build for an older CUDA.`,
    );
  }
  if (probe.devices.length !== gpus) {
    return warning(
      `PyTorch ${probe.torch} sees ${plural(probe.devices.length, 'device')}, Drover found ${gpus}.`,
      'Check CUDA_VISIBLE_DEVICES and MIG instances: PyTorch sees one of them per process.',
    );
  }
  return ok(`PyTorch ${probe.torch} sees ${plural(gpus, 'device')}.`);
}
