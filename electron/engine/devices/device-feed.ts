import type { DeviceLease, DeviceMoment, DevicesSampled, DeviceWatchAnswer } from '../../../shared/contract/machine.ts';
import type { Device } from '../../../shared/device.ts';
import type { Environment } from '../files/data-home.ts';
import { detectDevices } from './detect-devices.ts';
import type { DeviceReading } from './device-reading.ts';
import { type DeviceWatch, watchDevices } from './watch-devices.ts';

/** How long samples are kept for new subscribers (ms), and how often new ones are sent (ms): a person sees no more. */
const FEED_PAST_MS = 5 * 60_000;
const FEED_PUSH_MS = 500;

/** How often it is checked who uses the devices while somebody is subscribed (ms): each check starts a tool or two. */
const FEED_REFRESH_MS = 10_000;

type Listener = (push: DevicesSampled) => void;

/** One watch of all devices, shared by all subscribers. Without subscribers nothing runs. */
export class DeviceFeed {
  private readonly env: Environment;
  private readonly leases: () => DeviceLease[];
  private readonly watchers = new Set<Listener>();
  private session: FeedSession | null = null;
  private past: DeviceMoment[] = [];

  /** @param leases tells which devices runs have now */
  constructor(env: Environment, leases: () => DeviceLease[] = () => []) {
    this.env = env;
    this.leases = leases;
  }

  /** Subscribes to samples. @returns unsubscribes; with the last subscriber the watch ends too */
  watch(listener: Listener): () => void {
    // Two subscribers may pass the same function.
    const watcher: Listener = (push) => listener(push);
    this.watchers.add(watcher);
    this.session ??= new FeedSession(this.env, this.leases, (push) => this.push(push));
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.close();
    };
  }

  /** Returns the devices and their latest samples. Detects the devices first where that was not done yet. */
  async known(): Promise<DeviceWatchAnswer> {
    const found = (await this.session?.found) ?? (await detectDevices({ env: { ...this.env } }));
    return { ...found, leases: this.leases(), past: this.past };
  }

  /** Ends the watch for all subscribers. */
  close(): void {
    this.watchers.clear();
    void this.session?.close();
    this.session = null;
  }

  private push(push: DevicesSampled): void {
    const since = Date.now() - FEED_PAST_MS;
    this.past = [...this.past, ...push.moments].filter(({ time }) => time >= since);
    for (const listener of this.watchers) listener(push);
  }
}

type Found = Pick<DeviceWatchAnswer, 'devices' | 'problems'>;

/** From the first subscriber to the last. */
class FeedSession {
  /** The devices as they were last found. */
  found: Promise<Found>;
  private readonly env: Environment;
  private readonly leases: () => DeviceLease[];
  private readonly listener: Listener;
  private watch: DeviceWatch | null = null;
  private watched = '';
  private detecting = false;
  private waiting: DeviceMoment[] = [];
  private readonly problems = new Set<string>();
  private readonly timers: NodeJS.Timeout[];
  private readonly ending = new AbortController();

  constructor(env: Environment, leases: () => DeviceLease[], listener: Listener) {
    this.env = env;
    this.leases = leases;
    this.listener = listener;
    this.found = this.detect();
    this.timers = [
      setInterval(() => this.flush(), FEED_PUSH_MS),
      setInterval(() => void this.refresh(), FEED_REFRESH_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  async close(): Promise<void> {
    this.ending.abort();
    for (const timer of this.timers) clearInterval(timer);
    await this.watch?.stop();
  }

  private async refresh(): Promise<void> {
    // A tool may take longer for its answer than the pause between two checks.
    if (this.detecting) return;
    const found = this.detect();
    const devices = await found;
    this.found = found;
    this.flush(devices);
  }

  private async detect(): Promise<Found> {
    this.detecting = true;
    const found = await detectDevices({ env: { ...this.env }, signal: this.ending.signal });
    if (!this.ending.signal.aborted) await this.follow(found.devices);
    this.detecting = false;
    return { ...found, problems: [...found.problems, ...this.problems] };
  }

  /** Watches the devices that are present now. When they are the same as before, the watch goes on. */
  private async follow(devices: readonly Device[]): Promise<void> {
    const names = devices.map(({ kind, index, uuid }) => uuid ?? `${kind}${index}`).join(' ');
    if (names === this.watched) return;
    this.watched = names;
    const before = this.watch;
    this.watch = watchDevices(devices, {
      env: { ...this.env },
      onSample: (reading) => this.waiting.push(momentOf(reading)),
      onProblem: (problem) => this.problems.add(problem),
    });
    await before?.stop();
  }

  private flush(found?: Found): void {
    if (this.ending.signal.aborted || (this.waiting.length === 0 && found === undefined)) return;
    const moments = this.waiting;
    this.waiting = [];
    const devices = found === undefined ? {} : { devices: found.devices, leases: this.leases() };
    this.listener({ moments, ...devices, problems: [...this.problems] });
  }
}

function momentOf({ device, sample }: DeviceReading): DeviceMoment {
  const { kind, index, uuid } = device;
  return { kind, index, uuid, time: Date.now(), sample };
}
