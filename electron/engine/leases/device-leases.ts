import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { DeviceLease } from '../../../shared/contract/machine.ts';
import { type DeviceRef, deviceRef, deviceRefSchema, isSameDevice } from '../../../shared/device.ts';
import { type FoundNote, type NotePlace, Notes } from './notes.ts';

/** How often a run that gives way to nobody checks whether a rival has given way to it (milliseconds). */
const RIVAL_POLL_MS = 10;

/** A rival decides within milliseconds, unless it was stopped; then it counts as the owner (milliseconds). */
const RIVAL_WAIT_MS = 3_000;

/** How often leases are renewed: that shows those who cannot see this process that it lives (milliseconds). */
const RENEW_MS = 25_000;

const leaseSchema = z.object({
  device: deviceRefSchema,
  /** `claimed` while it is checked whether anybody else has the device; `shared` where others may use it at the same time. */
  state: z.enum(['claimed', 'held', 'shared']),
  /** ISO time. */
  since: z.string().max(40),
  /** ISO time at which the run is expected to be done with it. */
  until: z.string().max(40).nullable(),
});
type LeaseBody = z.infer<typeof leaseSchema>;

/** A lease as it is read, with the claim that it may still be. */
type FoundLease = DeviceLease & Pick<LeaseBody, 'state'>;

/** Returns all leases of runs that go on, of all users. */
export function readLeases(place: NotePlace): DeviceLease[] {
  return leaseNotes(place)
    .read()
    .map(leaseOf)
    .map(({ state: _state, ...lease }) => lease);
}

/** Returns the folders whose changes tell of devices that were taken or freed. */
export function foldersOfLeases(place: NotePlace): string[] {
  return leaseNotes(place).folders();
}

/** The notes of all leases. */
export function leaseNotes(place: NotePlace): Notes<LeaseBody> {
  return new Notes(place, 'lease', leaseSchema);
}

/** Returns the lease that a note says. */
export function leaseOf({ user, writer, body }: FoundNote<LeaseBody>): FoundLease {
  const { run, pipeline } = writer;
  return { run, pipeline, user, shared: body.state === 'shared', ...body };
}

/** The run that a lease is for, and where leases are. */
export interface LeaseHolder {
  place: NotePlace;
  run: string;
  pipeline: string;
  /** Returns when the run is expected to be done, in milliseconds since 1970; null while that is unknown. */
  expectedEnd: () => number | null;
  /** Called when other users' Drovers cannot see the leases, with the reason. */
  onUnshared: (why: string) => void;
}

/**
 * The devices that a run has. To take some, it first publishes a claim to each and then looks at the claims of others. Of two runs that do so at one
 * moment at least one sees the other, and a run holds a device only after a look that showed nobody else. Of two claims the one of the run that was
 * created first goes on; the other run gives way at once, and the first waits for that. So two runs never hold one device, whatever their timing.
 */
export class DeviceLeases {
  private readonly holder: LeaseHolder;
  private readonly notes: Notes<LeaseBody>;
  private held: LeaseBody[] = [];
  private renewal: NodeJS.Timeout | null = null;

  constructor(holder: LeaseHolder) {
    this.holder = holder;
    this.notes = leaseNotes(holder.place);
  }

  /** The devices that are held. */
  get devices(): readonly DeviceRef[] {
    return this.held.map(({ device }) => device);
  }

  /**
   * Takes all of some devices or none.
   * @returns the lease of another run that is in the way; null when all are held
   */
  async take(devices: readonly DeviceRef[], until: string | null): Promise<DeviceLease | null> {
    this.publish(devices, 'claimed', until);
    const deadline = performance.now() + RIVAL_WAIT_MS;
    for (;;) {
      const others = this.othersOn(devices);
      const owner = others.find(({ state }) => state !== 'claimed');
      const rival =
        others.find(({ run }) => run < this.holder.run) ?? (performance.now() > deadline ? others[0] : undefined);
      const inTheWay = owner ?? rival;
      if (inTheWay !== undefined) {
        this.release();
        return inTheWay;
      }
      if (others.length === 0) break;
      await sleep(RIVAL_POLL_MS);
    }
    this.publish(devices, 'held', until);
    this.keep();
    return null;
  }

  /** Keeps devices on which workers of the run are already. */
  keepOccupied(devices: readonly DeviceRef[]): void {
    this.publish(devices, 'held', null);
    this.keep();
  }

  /** Takes devices beside whoever has them. */
  share(devices: readonly DeviceRef[]): void {
    this.publish(devices, 'shared', null);
    this.keep();
  }

  /** Frees the devices. @param isLeft whether another engine goes on with the run: then its leases stay for that one */
  release(isLeft = false): void {
    if (this.renewal !== null) clearInterval(this.renewal);
    this.renewal = null;
    const { held } = this;
    this.held = [];
    if (!isLeft) for (const { device } of held) this.notes.remove(this.holder.run, keyOf(device));
  }

  private othersOn(devices: readonly DeviceRef[]): FoundLease[] {
    const { run } = this.holder;
    return this.notes
      .read()
      .map(leaseOf)
      .filter((lease) => lease.run !== run && devices.some((device) => isSameDevice(device, lease.device)));
  }

  private publish(devices: readonly DeviceRef[], state: LeaseBody['state'], until: string | null): void {
    const since = this.held[0]?.since ?? new Date().toISOString();
    this.held = devices.map((device) => ({ device: deviceRef(device), state, since, until }));
    this.renew();
  }

  private keep(): void {
    this.renewal ??= setInterval(() => {
      const end = this.holder.expectedEnd();
      if (end !== null) for (const lease of this.held) lease.until = new Date(end).toISOString();
      this.renew();
    }, RENEW_MS).unref();
  }

  private renew(): void {
    const { run, pipeline, onUnshared } = this.holder;
    for (const lease of this.held) {
      const written = this.notes.write({ run, pipeline }, keyOf(lease.device), lease);
      if ('error' in written) onUnshared(written.error);
      else if (!this.notes.isShared(written.path)) onUnshared(`${written.path} is read by this user alone`);
    }
  }
}

/** Returns what identifies a device in the name of a file. */
function keyOf({ kind, index, uuid }: DeviceRef): string {
  return (uuid ?? `${kind}-${index}`).replaceAll(/[^0-9A-Za-z-]/g, '-').slice(0, 80);
}
