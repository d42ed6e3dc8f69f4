import { type Failure, failure } from '../../../shared/run/failure.ts';
import { adviseOnMemory } from './advise-on-memory.ts';
import type { Sign } from './find-cause.ts';
import { nameDevice, type SeenDevices } from './translate-device.ts';

/** The failure that a line shows, with the device's real name before it. */
export function failureOfSign({ reason, line, advice }: Sign, seen: SeenDevices): Failure {
  const better = advice ?? (reason === 'cuda-out-of-memory' ? adviseOnMemory(line) : undefined);
  return failure(reason, nameDevice(line, reason, seen), better);
}
