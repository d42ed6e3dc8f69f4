import { z } from 'zod';

export const deviceKindSchema = z.enum(['nvidia', 'mig', 'amd', 'intel', 'apple', 'cpu']);
export type DeviceKind = z.infer<typeof deviceKindSchema>;

/** The device that something ran on, as the journal and the status document keep it. */
export const deviceRefSchema = z.object({
  kind: deviceKindSchema,
  /** The number that the vendor's tool uses (PCI order for NVIDIA); the slot number for CPU slots. */
  index: z.number().int().nonnegative(),
  /** null for CPU slots, and where the vendor's tool reports none. */
  uuid: z.string().nullable(),
  name: z.string(),
});
export type DeviceRef = z.infer<typeof deviceRefSchema>;

/** A process that holds memory on a device. */
const deviceProcessSchema = z.object({
  pid: z.number().int(),
  name: z.string().nullable(),
  /** Bytes; null where the driver does not report it (MIG, WSL). */
  memory_used: z.number().nullable(),
  /** Whether the process belongs to a worker of Drover. */
  ours: z.boolean(),
  /** The name of the user whose process it is; missing where that is unknown. */
  user: z.string().optional(),
});
export type DeviceProcess = z.infer<typeof deviceProcessSchema>;

/** One sample of a device's figures. Unknown values are null, never 0. */
const deviceSampleSchema = z.object({
  /** Bytes. */
  memory_total: z.number().nullable(),
  memory_used: z.number().nullable(),
  memory_free: z.number().nullable(),
  /** Percent of the sample window in which any kernel ran. */
  utilization: z.number().nullable(),
  /** Degrees Celsius. */
  temperature: z.number().nullable(),
  /** Watts. */
  power: z.number().nullable(),
});
export type DeviceSample = z.infer<typeof deviceSampleSchema>;

/** A device as detected: identity, figures and who uses it. */
export const deviceSchema = deviceRefSchema.extend({
  ...deviceSampleSchema.shape,
  driver: z.string().nullable(),
  /** For MIG instances the index of the card they are part of. */
  parent_index: z.number().int().nonnegative().nullable(),
  /** True where device and host share one memory (GB10, Apple). */
  unified_memory: z.boolean(),
  processes: z.array(deviceProcessSchema),
});
export type Device = z.infer<typeof deviceSchema>;

/** Reduces a device to its identity. */
export function deviceRef(device: DeviceRef): DeviceRef {
  return { kind: device.kind, index: device.index, uuid: device.uuid, name: device.name };
}

/** Whether two references mean the same device: numbers may change when the driver starts, a uuid does not. */
export function isSameDevice(one: DeviceIdentity, other: DeviceIdentity): boolean {
  return one.kind === other.kind && (one.uuid === null ? one.index === other.index : one.uuid === other.uuid);
}

type DeviceIdentity = Pick<DeviceRef, 'index' | 'uuid'> & { kind: string };

/** The name of a device for people: `GPU 0`, `MIG 1`, `CPU slot 3`. */
export function deviceLabel(device: DeviceRef): string {
  if (device.kind === 'cpu') return `CPU slot ${device.index}`;
  if (device.kind === 'mig') return `MIG ${device.index}`;
  return `GPU ${device.index}`;
}
