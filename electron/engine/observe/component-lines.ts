import { z } from 'zod';
import type { LiveProgress } from '../../../shared/contract/events.ts';

/** The line of the validator log for a worker that was found on its device. An observed run is read by it. */
export const ON_DEVICE = 'the worker is on its device';

/** The beginning of its line for a worker that was not. */
export const NOT_ON_DEVICE = 'the worker is not on the device it was given';

/** The advice to a person. */
export const MASK_ADVICE = 'see that the program respects CUDA_VISIBLE_DEVICES';

const figure = z.number().nullable().default(null);
const sampleSchema = z.object({
  message: z.literal('device sample'),
  fields: z.object({
    kind: z.string(),
    index: z.number(),
    uuid: z.string().nullable(),
    utilization: figure,
    memory_used: figure,
    memory_total: figure,
    temperature: figure,
    power: figure,
  }),
});
const placeSchema = z.object({ worker: z.string().regex(/^worker_\d+$/), message: z.string() });

/** Reads a device's figures from a line of a metrics log; null when the line is about something else. */
export function parseDeviceSample(line: string): LiveProgress['devices'][number] | null {
  if (!line.includes('"device sample"')) return null;
  const sample = sampleSchema.safeParse(parsed(line));
  return sample.success ? sample.data.fields : null;
}

/** Where a worker was found. */
export interface DevicePlace {
  rank: number;
  onDevice: boolean;
  /** What a person should check; null when all is well. */
  warning: string | null;
}

/** Reads from a line of a validator log whether a worker is on its device; null when the line is about something else. */
export function parseDevicePlace(line: string): DevicePlace | null {
  if (!line.includes(ON_DEVICE) && !line.includes(NOT_ON_DEVICE)) return null;
  const place = placeSchema.safeParse(parsed(line));
  if (!place.success) return null;
  const { worker, message } = place.data;
  const rank = Number(worker.slice('worker_'.length));
  if (message === ON_DEVICE) return { rank, onDevice: true, warning: null };
  if (!message.startsWith(NOT_ON_DEVICE)) return null;
  return { rank, onDevice: false, warning: `${message}; ${MASK_ADVICE}` };
}

/** Parses a line; null when it was cut off. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
