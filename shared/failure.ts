import { z } from 'zod';

/** Every cause that a worker or an item can fail from. */
export const failureReasonSchema = z.enum([
  'cuda-out-of-memory',
  'host-out-of-memory',
  'device-lost',
  'poisoned-context',
  'missing-module',
  'command-not-found',
  'permission-denied',
  'disk-full',
  'timeout',
  'stalled',
  'killed-by-us',
  'signal',
  'exit-code',
  'output-missing',
  'reported-failed',
  'input-unreadable',
  'input-missing',
  'left-unfinished',
  'spawn-failed',
  'lost',
]);
export type FailureReason = z.infer<typeof failureReasonSchema>;

/** A failure as data: the cause, the line that shows it and a sentence that says what to do. */
export const failureSchema = z.object({
  reason: failureReasonSchema,
  /** The log line, the exit status or the file that shows it. */
  evidence: z.string(),
  advice: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

const ADVICE: Record<FailureReason, string> = {
  'cuda-out-of-memory': 'Lower the batch size or the number of workers per device, or free the device’s memory.',
  'host-out-of-memory': 'Lower the number of workers or the batch size: the machine ran out of main memory.',
  'device-lost': 'Look at the kernel log; the machine may need a restart before this device works again.',
  'poisoned-context':
    'The program left the device in a bad state on this item; look for an over-long or invalid input.',
  'missing-module': 'Install the module into the interpreter that the pipeline uses.',
  'command-not-found': 'Install the program or write its full path in the pipeline.',
  'permission-denied': 'Give the file the permission it needs (chmod +x for a program).',
  'disk-full': 'Free space on that disk, then resume the run.',
  timeout: 'Raise timeout_seconds in the pipeline, or look in the log at what took so long.',
  stalled: 'Look at the log and at the device: the worker printed and reported nothing for too long.',
  'killed-by-us': 'The run was stopped; resume it to go on.',
  signal: 'Something ended the process from outside, or it crashed; see the end of its log.',
  'exit-code': 'See the end of the log of this item.',
  'output-missing': 'The program ended without an error but a declared output is missing or empty; see its log.',
  'reported-failed': 'The worker reported this itself; see the error and the log of this item.',
  'input-unreadable': 'Check the file and its permissions, then retry.',
  'input-missing': 'The file was there when the run was launched; put it back, then retry.',
  'left-unfinished': 'The worker ended without a word about this item; see the end of its log.',
  'spawn-failed': 'The process could not be started; the message of the system is the evidence.',
  lost: 'The process vanished without an exit status, as after a crash or a restart of the machine; retry the item.',
};

/**
 * Makes a failure with the standing advice of its reason.
 * @param evidence the line or status that shows it
 * @param advice replaces the standing advice where the case allows a better one
 */
export function failure(reason: FailureReason, evidence: string, advice: string = ADVICE[reason]): Failure {
  return { reason, evidence, advice };
}
