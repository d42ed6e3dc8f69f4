import { z } from 'zod';
import type { Device, DeviceRef, DeviceSample } from '../device.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing, run } from './inputs.ts';

/** A folder of the machine that the engine runs on, as its user may read it: a browser has no file dialog for it. */
export interface FolderListing {
  /** Absolute. */
  path: string;
  /** null at the top. */
  parent: string | null;
  /** Folders first, each kind sorted by name; hidden ones are left out. */
  entries: { name: string; path: string; kind: 'folder' | 'file'; size: number | null }[];
  /** The number of entries left out beyond the limit of one listing. */
  more: number;
}

/** What a client has to know first. */
export interface About {
  version: string;
  home: string;
  platform: string;
  hostname: string;
  /** The folder that relative paths and the file browser start from. */
  workingDirectory: string;
  /** The bundled sample files. */
  samples: string;
}

/** The state of one device at a moment. */
export interface DeviceMoment {
  kind: Device['kind'];
  index: number;
  uuid: string | null;
  /** Milliseconds since 1970. */
  time: number;
  /** null while its tool gives no figures. */
  sample: DeviceSample | null;
}

/** The samples of the watched devices since the last push. */
export interface DevicesSampled {
  moments: DeviceMoment[];
  /** All devices with the processes that hold memory on them, if that was queried just now. */
  devices?: Device[];
  /** The devices that runs have, with `devices`. */
  leases?: DeviceLease[];
  /** Sentences about devices or values that cannot be watched. */
  problems: string[];
}

/** What is known when a client begins to watch. */
export interface DeviceWatchAnswer {
  devices: Device[];
  leases: DeviceLease[];
  problems: string[];
  /** Of the last minutes, oldest first, as far as a client watched then. */
  past: DeviceMoment[];
}

/** A device that a run has. */
export interface DeviceLease {
  run: string;
  pipeline: string;
  /** The name of the user whose run it is; null for one of this user. */
  user: string | null;
  device: DeviceRef;
  /** Whether other runs may use the device at the same time. */
  shared: boolean;
  /** ISO time. */
  since: string;
  /** When the run is expected to be done with it (ISO time); null while that is unknown. */
  until: string | null;
}

/** A run that waits for devices. */
export interface WaitingRun {
  run: string;
  pipeline: string;
  name: string | null;
  /** The name of the user whose run it is; null for one of this user, which can be moved. */
  user: string | null;
  /** ISO time at which it was queued. */
  since: string;
  /** The devices that it may use, and how many of them it waits for. */
  devices: DeviceRef[];
  count: number;
  /** When it is expected to start (ISO time); null while that is unknown. */
  expected: string | null;
  /** What it waits for, in words. */
  waits: string[];
}

/** The place in the queue that a run is moved to. */
export type QueuePlace = 'first' | 'last' | { before: string };

/** Methods about the machine that the engine runs on. */
export interface MachineMethods {
  about(input: Record<string, never>): Promise<Answer<About>>;
  devices(
    input: Record<string, never>,
  ): Promise<Answer<{ devices: Device[]; problems: string[]; leases: DeviceLease[] }>>;
  /** The runs of all users that wait for devices of this machine, in the order in which they start. */
  queue(input: Record<string, never>): Promise<Answer<{ runs: WaitingRun[] }>>;
  /** Moves a waiting run of this user among the user's others. @returns the queue afterwards */
  moveQueued(input: { run: string; to: QueuePlace }): Promise<Answer<{ runs: WaitingRun[] }>>;
  /** Pushes samples of all devices as `devicesSampled`; answers with the devices and their latest minutes. */
  watchDevices(input: Record<string, never>): Promise<Answer<DeviceWatchAnswer>>;
  unwatchDevices(input: Record<string, never>): Promise<Answer<void>>;
  listFolder(input: { path: string | null }): Promise<Answer<FolderListing>>;
}

export const machineInputs: InputsOf<MachineMethods> = {
  about: nothing,
  devices: nothing,
  queue: nothing,
  moveQueued: run.extend({ to: z.union([z.enum(['first', 'last']), z.object({ before: z.string().max(64) })]) }),
  watchDevices: nothing,
  unwatchDevices: nothing,
  listFolder: z.object({ path: z.string().max(4_096).nullable() }),
};
