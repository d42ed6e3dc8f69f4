import type { DeviceCount } from '../../shared/contract/runs.ts';

/** Describes the devices of a run for a narrow column: `4 CPU slots`, `2 × H100`, `H100, 2 × A100`. */
export function deviceWords(devices: readonly DeviceCount[]): string {
  return devices.map(words).join(', ');
}

function words({ kind, name, count }: DeviceCount): string {
  if (kind === 'cpu') return count === 1 ? '1 CPU slot' : `${count} CPU slots`;
  // The name of the model is enough without that of the maker.
  const model = name.replace(/^(?:NVIDIA|AMD|Intel|Apple)\s+(?:GeForce\s+)?/i, '');
  return count === 1 ? model : `${count} × ${model}`;
}
