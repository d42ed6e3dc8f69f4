import { z } from 'zod';
import type { LiveProgress } from '../../../shared/contract/events.ts';

/** How the validator log says that a worker was found where it should be: who observes a run reads it there. */
export const ON_DEVICE = 'the worker is on its device';

/** The beginning of what it says when a worker was not. */
export const NOT_ON_DEVICE = 'the worker is not on the device it was given';

/** What a person does about it. */
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

/** A device's figures as a line of a metrics log tells them; null when the line tells something else. */
export function parseDeviceSample(line: string): LiveProgress['devices'][number] | null {
  if (!line.includes('"device sample"')) return null;
  const sample = sampleSchema.safeParse(parsed(line));
  return sample.success ? sample.data.fields : null;
}

/** Where a worker was found. */
export interface DevicePlace {
  rank: number;
  onDevice: boolean;
  /** What is to be looked at; null where all is well. */
  complaint: string | null;
}

/** Whether a worker is on its device, as a line of a validator log tells it; null when the line tells something else. */
export function parseDevicePlace(line: string): DevicePlace | null {
  if (!line.includes(ON_DEVICE) && !line.includes(NOT_ON_DEVICE)) return null;
  const place = placeSchema.safeParse(parsed(line));
  if (!place.success) return null;
  const { worker, message } = place.data;
  const rank = Number(worker.slice('worker_'.length));
  if (message === ON_DEVICE) return { rank, onDevice: true, complaint: null };
  if (!message.startsWith(NOT_ON_DEVICE)) return null;
  return { rank, onDevice: false, complaint: `${message}; ${MASK_ADVICE}` };
}

/** A line that was cut off tells nothing. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
