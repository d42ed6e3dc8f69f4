import { z } from 'zod';
import type { Device, DeviceSample } from '../device.ts';
import type { Answer } from './answer.ts';
import { type InputsOf, nothing } from './inputs.ts';

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
  /** Sentences about devices or values that cannot be watched. */
  problems: string[];
}

/** What is known when a client begins to watch. */
export interface DeviceWatchAnswer {
  devices: Device[];
  problems: string[];
  /** Of the last minutes, oldest first, as far as a client watched then. */
  past: DeviceMoment[];
}

/** Methods about the machine that the engine runs on. */
export interface MachineMethods {
  about(input: Record<string, never>): Promise<Answer<About>>;
  devices(input: Record<string, never>): Promise<Answer<{ devices: Device[]; problems: string[] }>>;
  /** Pushes samples of all devices as `devicesSampled`; answers with the devices and their latest minutes. */
  watchDevices(input: Record<string, never>): Promise<Answer<DeviceWatchAnswer>>;
  unwatchDevices(input: Record<string, never>): Promise<Answer<void>>;
  listFolder(input: { path: string | null }): Promise<Answer<FolderListing>>;
}

export const machineInputs: InputsOf<MachineMethods> = {
  about: nothing,
  devices: nothing,
  watchDevices: nothing,
  unwatchDevices: nothing,
  listFolder: z.object({ path: z.string().max(4_096).nullable() }),
};
