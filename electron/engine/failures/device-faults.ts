import type { FailureReason } from '../../../shared/run/failure.ts';

/** Failures that the device or its driver causes, whatever the item. */
const DEVICE_FAULTS: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'device-lost',
  'device-fault',
  'device-busy',
  'cuda-not-available',
  'driver-mismatch',
  'unsupported-device',
]);

/** Failures that every start on every device would meet again until somebody corrects the program or the pipeline. */
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

/** Those program faults that lie in the program and its command: they are not changed by a restored file or a granted permission. */
const CERTAIN: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'missing-module',
  'command-not-found',
  'wrong-arguments',
  'syntax-error',
  'code-not-trusted',
]);

/** Failures that may pass in a minute or two: a host that does not answer, memory that another process holds. */
const PASSING: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'network-needed',
  'cuda-out-of-memory',
  'host-out-of-memory',
  'disk-full',
  'limit-reached',
  'port-in-use',
]);

/** Returns whether the next start is sure to fail in the same way. */
export function isCertain(reason: FailureReason): boolean {
  return CERTAIN.has(reason);
}

/** Returns whether the failure may pass after a wait. */
export function isPassing(reason: FailureReason): boolean {
  return PASSING.has(reason);
}

/** Returns whether another device may work better. */
export function isDeviceFault(reason: FailureReason): boolean {
  return DEVICE_FAULTS.has(reason);
}

/** Returns whether a wait cannot help. */
export function isProgramFault(reason: FailureReason): boolean {
  return PROGRAM_FAULTS.has(reason);
}
