import type { FailureReason } from '../../../shared/run/failure.ts';

/** Failures for which the device or its driver is to blame, whatever the item. */
const DEVICE_FAULTS: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'device-lost',
  'device-fault',
  'device-busy',
  'cuda-not-available',
  'driver-mismatch',
  'unsupported-device',
]);

/** Failures that every start on every device would meet again until somebody mends the program or the pipeline. */
const PROGRAM_FAULTS: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'missing-module',
  'missing-library',
  'command-not-found',
  'wrong-arguments',
  'syntax-error',
  'model-missing',
  'model-incomplete',
  'access-refused',
  'code-not-trusted',
  'permission-denied',
  'file-missing',
  'spawn-failed',
]);

/** Those of them that lie in the program and its command: no file that comes back and no right that is given changes them. */
const CERTAIN: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'missing-module',
  'command-not-found',
  'wrong-arguments',
  'syntax-error',
  'code-not-trusted',
]);

/** Failures that may be over in a minute or two: a host that does not answer, memory that somebody else holds. */
const PASSING: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'network-needed',
  'cuda-out-of-memory',
  'host-out-of-memory',
  'disk-full',
  'limit-reached',
  'port-in-use',
]);

/** Whether the next start is sure to fail in the same way. */
export function isCertain(reason: FailureReason): boolean {
  return CERTAIN.has(reason);
}

/** Whether patience helps. */
export function isPassing(reason: FailureReason): boolean {
  return PASSING.has(reason);
}

/** Whether another device may do better. */
export function isDeviceFault(reason: FailureReason): boolean {
  return DEVICE_FAULTS.has(reason);
}

/** Whether waiting mends nothing. */
export function isProgramFault(reason: FailureReason): boolean {
  return PROGRAM_FAULTS.has(reason);
}
