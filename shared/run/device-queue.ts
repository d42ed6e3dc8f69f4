import { type DeviceRef, deviceLabel, isSameDevice } from '../device.ts';
import { clockTime } from '../format.ts';

/** The distance of two places that would else be the same (milliseconds). */
const LEAST_STEP_MS = 0.01;

/** A run that waits for devices. */
export interface QueuedRun {
  run: string;
  /** Who queued it, in words; null for oneself. */
  user: string | null;
  /** Its place: runs start in this order. Milliseconds since 1970: when it was queued, unless it was moved. */
  position: number;
  /** The devices that it may use. */
  devices: readonly DeviceRef[];
  /** How many of them it needs: all, or any so many. */
  count: number;
  /** How long it will need them, in seconds; null while that is unknown. */
  predicted_seconds: number | null;
}

/** Something that holds a device now. */
export interface DeviceHold {
  device: DeviceRef;
  /** What holds it, as the end of a sentence: `used by run 2026… (anna)`. */
  why: string;
  /** When it will be free, in milliseconds since 1970; null while that is unknown. */
  until: number | null;
}

/** What the order of the queue means for one run. */
export interface QueueVerdict {
  run: string;
  /** The devices that it may start on now; null when it has to wait. */
  start: readonly DeviceRef[] | null;
  /** When it is expected to start, in milliseconds since 1970; null while that is unknown. */
  expected: number | null;
  /** What it waits for, in words; empty when it may start. */
  waits: readonly string[];
}

/** A device that an earlier run of the queue will use. */
interface Reservation {
  device: DeviceRef;
  run: string;
  /** When that run will start on it at the earliest, and when it will be done. */
  from: number;
  to: number;
}

/** A device, seen by one run of the queue. */
interface Candidate {
  device: DeviceRef;
  /** When it is free for that run; Infinity while that is unknown. */
  at: number;
  why: string | null;
}

/**
 * Decides which queued runs may start. Each run in the order of the queue gets the devices that are free for it first, and reserves those that it
 * still waits for. A later run may use a reserved device only when it will be done before the reservation begins, so it delays nobody: conservative
 * backfilling (Mu'alem and Feitelson 2001, "Utilization, predictability, workloads, and user runtime estimates in scheduling the IBM SP2"). Where a
 * time is not known, nobody passes.
 * @param holdsOf what holds devices, for a given run: it may need more memory than another one
 * @param now milliseconds since 1970
 * @returns one verdict per run, in the order of the queue
 */
export function planQueue(
  queue: readonly QueuedRun[],
  holdsOf: (run: QueuedRun) => readonly DeviceHold[],
  now: number,
): QueueVerdict[] {
  const reserved: Reservation[] = [];
  const ordered = inOrder(queue);
  return ordered.map((run) => {
    const holds = holdsOf(run);
    const candidates = run.devices
      .map((device) => candidate(device, { run, holds, reserved, now }))
      .toSorted((one, other) => {
        const sooner = compare(one.at, other.at);
        return sooner === 0
          ? compare(firstOther(other.device, ordered, run), firstOther(one.device, ordered, run))
          : sooner;
      });
    const chosen = candidates.slice(0, run.count);
    const start = chosen.length < run.count ? Number.POSITIVE_INFINITY : Math.max(now, ...chosen.map(({ at }) => at));
    const seconds = run.predicted_seconds ?? Number.POSITIVE_INFINITY;
    // A start at an unknown time may be at any time from now on.
    const from = Number.isFinite(start) ? start : now;
    for (const { device } of chosen) reserved.push({ device, run: run.run, from, to: start + seconds * 1000 });
    return verdict(run, { chosen, candidates }, start, now);
  });
}

/** What a queued run waits for: `GPU 0, GPU 1`, or `any 2 of GPU 0, GPU 1, GPU 2`. */
export function queueWish({ devices, count }: { devices: readonly DeviceRef[]; count: number }): string {
  const names = devices.map(deviceLabel).join(', ');
  return count < devices.length ? `any ${count} of ${names}` : names;
}

/** Returns runs in the order in which they start. Of two at one place the one that was created first is first. */
export function inOrder<Run extends Pick<QueuedRun, 'run' | 'position'>>(queue: readonly Run[]): Run[] {
  return queue.toSorted((one, other) =>
    one.position === other.position ? compareText(one.run, other.run) : one.position - other.position,
  );
}

/**
 * Returns the place in the queue of the first other run that could use a device, Infinity where there is none: a run that may choose leaves devices to
 * those who come soonest. Whoever comes later changes nothing for those before.
 */
function firstOther(device: DeviceRef, queue: readonly QueuedRun[], self: QueuedRun): number {
  const place = queue.findIndex(
    ({ run, devices }) => run !== self.run && devices.some((one) => isSameDevice(one, device)),
  );
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}

function candidate(
  device: DeviceRef,
  view: { run: QueuedRun; holds: readonly DeviceHold[]; reserved: readonly Reservation[]; now: number },
): Candidate {
  const { run, holds, reserved, now } = view;
  const seconds = run.predicted_seconds ?? Number.POSITIVE_INFINITY;
  let found: Candidate = { device, at: now, why: null };
  for (const hold of holds.filter((one) => isSameDevice(one.device, device))) {
    // A run that takes longer than was expected ends at an unknown time.
    const at = hold.until !== null && hold.until > now ? hold.until : Number.POSITIVE_INFINITY;
    if (found.why === null || at > found.at) found = { device, at, why: `${deviceLabel(device)} is ${hold.why}` };
  }
  const others = reserved.filter((one) => isSameDevice(one.device, device));
  // Each clash moves the start to a later time, where another reservation may be in the way.
  let clash = clashOf(found, seconds, others);
  while (clash !== undefined) {
    found = { device, at: clash.to, why: found.why ?? keptFor(clash, now) };
    clash = clashOf(found, seconds, others);
  }
  return found;
}

/**
 * Returns a reservation that begins before a run of so many seconds would be done. A run of unknown length passes nobody, and a device that is busy for
 * an unknown time stays as it is.
 */
function clashOf({ at }: Candidate, seconds: number, reserved: readonly Reservation[]): Reservation | undefined {
  return reserved.find(({ from, to }) => at + seconds * 1000 > from && to > at);
}

function keptFor({ device, run, from }: Reservation, now: number): string {
  const when = from > now ? ` from about ${clockTime(new Date(from).toISOString())}` : '';
  return `${deviceLabel(device)} is kept for run ${run}, which is before it in the queue${when}`;
}

function verdict(
  run: QueuedRun,
  { chosen, candidates }: { chosen: readonly Candidate[]; candidates: readonly Candidate[] },
  start: number,
  now: number,
): QueueVerdict {
  if (start <= now) return { run: run.run, start: chosen.map(({ device }) => device), expected: now, waits: [] };
  const waits = candidates.flatMap(({ why }) => (why === null ? [] : [why]));
  return { run: run.run, start: null, expected: Number.isFinite(start) ? start : null, waits };
}

/** Infinity minus Infinity is no number. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

/** Returns where a run goes that is moved by one place among its user's own; null where there is none. */
export function neighbouringPlace(
  own: readonly { run: string }[],
  run: string,
  by: -1 | 1,
): 'last' | { before: string } | null {
  const index = own.findIndex((one) => one.run === run);
  const target = own[index + by];
  if (index < 0 || target === undefined) return null;
  if (by === -1) return { before: target.run };
  const after = own[index + 2];
  return after === undefined ? 'last' : { before: after.run };
}

/**
 * Returns the places of one person's queued runs after a move. Their places are shared out anew among them, so that the runs of others neither win nor
 * lose a place by it.
 * @param queue the person's own runs
 * @param to the first or last place, or the one before another run
 * @returns only the places that change; null when `before` names no queued run
 */
export function movedPositions(
  queue: readonly Pick<QueuedRun, 'run' | 'position'>[],
  run: string,
  to: 'first' | 'last' | { before: string },
): ReadonlyMap<string, number> | null {
  const places = inOrder(queue);
  const rest = places.filter((one) => one.run !== run);
  const moved = places.find((one) => one.run === run);
  if (moved === undefined) return null;
  let index = to === 'first' ? 0 : rest.length;
  if (typeof to === 'object') index = rest.findIndex((one) => one.run === to.before);
  if (index < 0) return null;
  const order = rest.toSpliced(index, 0, moved);
  const changed = new Map<string, number>();
  let before = Number.NEGATIVE_INFINITY;
  for (const [at, one] of order.entries()) {
    // Two runs may have been queued in the same millisecond.
    const position = Math.max(places[at]?.position ?? one.position, before + LEAST_STEP_MS);
    if (position !== one.position) changed.set(one.run, position);
    before = position;
  }
  return changed;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
