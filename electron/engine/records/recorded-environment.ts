import type { Environment } from '../data-home.ts';

/**
 * The only variables that a run's records keep: which devices, which interpreter, which scheduler job. Everything else stays
 * out, as an environment holds passwords and tokens and a run directory is made to be handed on. Listed in docs/logging.md.
 */
export const RECORDED_VARIABLES: readonly string[] = [
  'CONDA_DEFAULT_ENV',
  'CONDA_PREFIX',
  'CUDA_DEVICE_ORDER',
  'CUDA_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'LANG',
  'LD_LIBRARY_PATH',
  'NVIDIA_VISIBLE_DEVICES',
  'OMP_NUM_THREADS',
  'ONEAPI_DEVICE_SELECTOR',
  'PATH',
  'PYTHONPATH',
  'ROCR_VISIBLE_DEVICES',
  'SLURM_JOB_ID',
  'TMPDIR',
  'TZ',
  'VIRTUAL_ENV',
  'ZE_AFFINITY_MASK',
];

/** What of an environment may be recorded. */
export function recordedEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of RECORDED_VARIABLES) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
