import { z } from 'zod';

/** Every cause for which a worker or an item can fail. */
export const failureReasonSchema = z.enum([
  'cuda-out-of-memory',
  'host-out-of-memory',
  'shared-memory',
  'device-lost',
  'device-fault',
  'device-busy',
  'invalid-device',
  'poisoned-context',
  'cuda-not-available',
  'driver-mismatch',
  'unsupported-device',
  'peer-failed',
  'missing-module',
  'missing-library',
  'command-not-found',
  'wrong-arguments',
  'syntax-error',
  'model-missing',
  'model-incomplete',
  'access-refused',
  'code-not-trusted',
  'network-needed',
  'invalid-input',
  'file-missing',
  'permission-denied',
  'limit-reached',
  'port-in-use',
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

/** A failure as data: the cause, the line that shows it and a sentence with what to do. */
export const failureSchema = z.object({
  reason: failureReasonSchema,
  /** The log line, the exit status or the file that shows it. */
  evidence: z.string(),
  advice: z.string(),
  /** Lines that result from the cause, or occurred beside it; only a few of them. */
  collateral: z.array(z.string()).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

const ADVICE: Record<FailureReason, string> = {
  'cuda-out-of-memory': 'Lower the batch size or the number of workers per device, or free the device’s memory.',
  'host-out-of-memory':
    'Lower the number of workers or the batch size: the machine, or what its container may use, ran out of main memory.',
  'shared-memory':
    'Give the container or machine a larger /dev/shm (docker: --shm-size), or let the program load its data without helper processes.',
  'device-lost': 'Look at the kernel log; the machine may need a restart before this device works again.',
  'device-fault': 'The device itself reports an error: look at the kernel log, and have it reset or replaced.',
  'device-busy':
    'Another process holds the device for itself: see "drover devices", or set its compute mode to Default with "nvidia-smi -c 0".',
  'invalid-device':
    'A worker sees only its own device, always as number 0: let the program use {torch_device} or cuda:0.',
  'poisoned-context':
    'The program left the device in a bad state on this item; look for an over-long or invalid input.',
  'cuda-not-available':
    'The interpreter’s library cannot use a GPU: install its CUDA (or ROCm) build, and see that "drover devices" finds the device.',
  'driver-mismatch': 'Restart the machine after a driver update, or install a driver that fits the program’s CUDA.',
  'unsupported-device': 'Install a build of the program’s library that was compiled for this device.',
  'peer-failed':
    'Another process that this one computed with failed or stopped responding first; its log has the cause.',
  'missing-module': 'Install the module into the interpreter that the pipeline uses.',
  'missing-library': 'Install the system library, or add its folder to LD_LIBRARY_PATH before Drover is started.',
  'command-not-found': 'Install the program or write its full path in the pipeline.',
  'wrong-arguments': 'The program does not understand its arguments; correct the "command" of the step.',
  'syntax-error': 'Correct the program where the log points to; it may be made for another version of its language.',
  'model-missing': 'Check that the model’s name or folder is right and that its files are there.',
  'model-incomplete': 'Fetch the model’s files again: one is cut off, damaged or does not belong to the others.',
  'access-refused': 'The model’s host wants a login or an accepted licence; set its token in the environment.',
  'code-not-trusted':
    'The model brings program code of its own, which would run with all your rights: look at it, and launch the run again with the parameter trust_remote_code=true if you trust who published it.',
  'network-needed': 'Fetch the model or data beforehand, or give the machine access to the network, then retry.',
  'invalid-input': 'The program cannot read this file’s content; check its format, or leave the file out.',
  'file-missing': 'The program looks for a file that is not there; check the paths in its parameters.',
  'permission-denied': 'Give the file the permission it needs (chmod +x for a program).',
  'limit-reached': 'A limit of the system was reached; raise it (ulimit -n, ulimit -u) or lower the number of workers.',
  'port-in-use': 'Let the program choose a free port by itself, or give each worker its own, for example by {rank}.',
  'disk-full': 'Free space on that disk, then resume the run.',
  timeout: 'Raise timeout_seconds in the pipeline, or look in the log at what took so long.',
  stalled: 'Look at the log and at the device: the worker printed and reported nothing for too long.',
  'killed-by-us': 'The run was stopped; resume it to go on.',
  signal: 'Something ended the process from outside; see the end of its log.',
  'exit-code': 'See the end of its log.',
  'output-missing': 'The program ended without an error but a declared output is missing or empty; see its log.',
  'reported-failed': 'The worker reported this itself; see the error and the log of this item.',
  'input-unreadable': 'Check the file and its permissions, then retry.',
  'input-missing': 'The file was there when the run was launched; put it back, then retry.',
  'left-unfinished': 'The worker ended without a report on this item; see the end of its log.',
  'spawn-failed': 'The process could not be started; the message of the system is the evidence.',
  lost: 'The process vanished without an exit status, as after a crash or a restart of the machine; retry the item.',
};

/**
 * Creates a failure with the default advice of its reason.
 * @param evidence the line or status that shows it
 * @param advice replaces the default advice where better advice is possible
 */
export function failure(reason: FailureReason, evidence: string, advice: string = ADVICE[reason]): Failure {
  return { reason, evidence, advice };
}

/** Returns the default advice of a reason. */
export function adviceFor(reason: FailureReason): string {
  return ADVICE[reason];
}
