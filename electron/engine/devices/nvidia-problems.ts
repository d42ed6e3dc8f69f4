import type { ToolAnswer } from './run-tool.ts';

/** Outputs of the driver or its tool, with their meaning and what to do. The patterns quote the tool. The first one that matches is taken. */
const KNOWN: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /couldn't communicate with the NVIDIA driver/i,
    'nvidia-smi cannot reach the NVIDIA driver, so no NVIDIA device is used. The driver is not loaded or does not fit the running kernel: restart the machine, and if that does not help install the driver again.',
  ],
  [
    /Driver\/library version mismatch/i,
    'The loaded NVIDIA driver and its libraries differ in version, so no NVIDIA device is used. This follows an update: restart the machine.',
  ],
  [
    /No devices were found/i,
    'The NVIDIA driver finds no card. Check that the card is seated, powered and handed to this machine or container, then look at the kernel log.',
  ],
  [
    /Failed to initialize NVML/i,
    'The NVIDIA library cannot start (Failed to initialize NVML), so no NVIDIA device is used. In a container, start it again with its devices; else run nvidia-smi by hand and look at the kernel log.',
  ],
];

/** Returns a sentence for an answer without any device in it; null when there is nothing to report (no tool, or it was stopped by us). */
export function nvidiaProblem(answer: ToolAnswer): string | null {
  switch (answer.kind) {
    case 'missing':
    case 'aborted':
      return null;
    case 'timeout':
      return `nvidia-smi gave no answer within ${answer.seconds} s, so no NVIDIA device is used. The driver may hang: run nvidia-smi by hand and look at the kernel log; a restart of the machine may be needed.`;
    case 'answered':
      return knownProblem(answer.stdout) ?? unknownProblem('gave an answer that names no device', answer.stdout);
    case 'failed':
      return knownProblem(answer.output) ?? unknownProblem(`failed (${answer.ending})`, answer.output);
  }
}

/** Returns a sentence for one line between the rows, such as a card that cannot be reached; null for an unknown line. */
export function nvidiaLineProblem(line: string): string | null {
  const text = line.trim();
  if (/\bXid\b/.test(text))
    return `The NVIDIA driver reports an error of a device: ${text}. Look at the kernel log; the device may need a restart of the machine.`;
  if (/Unable to determine the device handle|GPU is lost|fallen off the bus/i.test(text))
    return `An NVIDIA device cannot be reached any more: ${text}. It is not used; look at the kernel log and restart the machine.`;
  return knownProblem(text) ?? (namesCard(text) ? unreadableRow(text) : null);
}

/** What the tool prints in place of a figure that it could not get. `[N/A]` and `[Not Supported]` are answers and not errors. */
const FIGURE_ERROR = /\[?(?:Unknown Error|GPU requires reset|GPU is lost|Reset Required)\]?|\bERR!|\bError\b/i;

/** Returns whether a line that is no row of the table still refers to a card. */
function namesCard(text: string): boolean {
  return (
    FIGURE_ERROR.test(text) ||
    /^\d{1,4}\s*,/.test(text) ||
    /GPU-[0-9a-f]|\bGPU\s?\d|\b[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.\d/i.test(text)
  );
}

/** Returns a sentence for a line about a card, or an instance of one, that cannot be read. */
export function unreadableRow(text: string): string {
  return `nvidia-smi has a line about a card that cannot be read: ${text}. A card that only this line names is not used; run nvidia-smi by hand, look at the kernel log, and reset the card or restart the machine.`;
}

/** Returns a sentence for MIG instances that could not be listed, which is not the same as none; null where the tool was ended by us. */
export function migListProblem(answer: ToolAnswer): string | null {
  if (answer.kind === 'aborted') return null;
  const why =
    answer.kind === 'timeout'
      ? `it gave no answer within ${answer.seconds} s`
      : answer.kind === 'failed'
        ? `it failed (${answer.ending})`
        : 'it is not there any more';
  return `"nvidia-smi -L" does not list the MIG instances: ${why}. Cards in MIG mode are not used; run it by hand and look at the kernel log.`;
}

/** Returns a sentence for a card whose row has errors in place of figures; null for a correct row. */
export function nvidiaFigureProblem(index: number, name: string, values: Iterable<string>): string | null {
  const errors = [...new Set([...values].filter((value) => FIGURE_ERROR.test(value)))];
  if (errors.length === 0) return null;
  return `GPU ${index} (${name}) answers ${errors.join(', ')} in place of figures: it may not work. Look at the kernel log, and reset it or restart the machine.`;
}

function knownProblem(text: string): string | null {
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function unknownProblem(what: string, text: string): string {
  const first = text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
  const printed = first === undefined ? 'It printed nothing.' : `It printed: ${first}`;
  return `nvidia-smi ${what}, so no NVIDIA device is used. ${printed} Run nvidia-smi by hand to see more.`;
}
