import type { FailureReason } from './failure.ts';

const REASON_WORDS: Record<FailureReason, string> = {
  'cuda-out-of-memory': 'Out of device memory',
  'host-out-of-memory': 'Out of main memory',
  'shared-memory': 'Out of shared memory',
  'device-lost': 'Device lost',
  'device-fault': 'Device reports an error',
  'device-busy': 'Device held by another process',
  'invalid-device': 'No such device for the worker',
  'poisoned-context': 'Device left in a bad state',
  'cuda-not-available': 'The program finds no GPU',
  'driver-mismatch': 'Driver does not fit',
  'unsupported-device': 'Device not supported by the program',
  'peer-failed': 'Another process failed first',
  'missing-module': 'Missing module',
  'missing-library': 'Missing library',
  'command-not-found': 'Command not found',
  'wrong-arguments': 'Wrong arguments',
  'syntax-error': 'Error in the program’s source',
  'model-missing': 'Model not found',
  'model-incomplete': 'Model incomplete',
  'access-refused': 'Access refused',
  'code-not-trusted': 'Code of the model not trusted',
  'network-needed': 'No access to the network',
  'invalid-input': 'Input not understood',
  'file-missing': 'File not found',
  'permission-denied': 'Permission denied',
  'limit-reached': 'A limit of the system',
  'port-in-use': 'Port in use',
  'disk-full': 'Disk full',
  timeout: 'Took too long',
  stalled: 'Stalled',
  'killed-by-us': 'Ended with the run',
  signal: 'Ended by a signal',
  'exit-code': 'Exit status',
  'output-missing': 'Output missing',
  'reported-failed': 'Reported as failed',
  'input-unreadable': 'Input cannot be read',
  'input-missing': 'Input missing',
  'left-unfinished': 'Left unfinished',
  'spawn-failed': 'Could not be started',
  lost: 'Lost without an exit status',
};

/** Returns a cause as a heading. */
export function reasonWords(reason: FailureReason): string {
  return REASON_WORDS[reason];
}
