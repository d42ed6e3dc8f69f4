import type { DeviceMoment, DevicesSampled, DeviceWatchAnswer } from '../../../shared/contract/machine.ts';
import type { Device } from '../../../shared/device.ts';
import type { Environment } from '../files/data-home.ts';
import { detectDevices } from './detect-devices.ts';
import type { DeviceReading } from './device-reading.ts';
import { type DeviceWatch, watchDevices } from './watch-devices.ts';

/** How far back the samples are kept for who begins to look (ms), and how often new ones are told (ms): a person sees no more. */
const FEED_PAST_MS = 5 * 60_000;
const FEED_PUSH_MS = 500;

/** How often it is asked who uses the devices while somebody looks (ms): each time costs the start of a tool or two. */
const FEED_LOOK_MS = 10_000;

type Tell = (push: DevicesSampled) => void;

/** One watch of all devices for everybody who looks at them; without anybody nothing runs. */
export class DeviceFeed {
  private readonly env: Environment;
  private readonly watchers = new Set<Tell>();
  private session: FeedSession | null = null;
  private past: DeviceMoment[] = [];

  constructor(env: Environment) {
    this.env = env;
  }

  /** Tells of samples from now on. @returns ends it; with the last one the watch ends too */
  watch(tell: Tell): () => void {
    // Two watchers may be the same function.
    const watcher: Tell = (push) => tell(push);
    this.watchers.add(watcher);
    this.session ??= new FeedSession(this.env, (push) => this.push(push));
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.close();
    };
  }

  /** The devices and what they did lately; looks for them first where nobody has yet. */
  async known(): Promise<DeviceWatchAnswer> {
    const found = (await this.session?.found) ?? (await detectDevices({ env: { ...this.env } }));
    return { ...found, past: this.past };
  }

  /** Ends the watch, whoever looks. */
  close(): void {
    this.watchers.clear();
    void this.session?.close();
    this.session = null;
  }

  private push(push: DevicesSampled): void {
    const since = Date.now() - FEED_PAST_MS;
    this.past = [...this.past, ...push.moments].filter(({ time }) => time >= since);
    for (const tell of this.watchers) tell(push);
  }
}

type Found = Pick<DeviceWatchAnswer, 'devices' | 'problems'>;

/** From the first who looks to the last who goes. */
class FeedSession {
  /** The devices as they were found at last. */
  found: Promise<Found>;
  private readonly env: Environment;
  private readonly tell: Tell;
  private watch: DeviceWatch | null = null;
  private watched = '';
  private looking = false;
  private waiting: DeviceMoment[] = [];
  private readonly problems = new Set<string>();
  private readonly timers: NodeJS.Timeout[];
  private readonly ending = new AbortController();

  constructor(env: Environment, tell: Tell) {
    this.env = env;
    this.tell = tell;
    this.found = this.look();
    this.timers = [
      setInterval(() => this.flush(), FEED_PUSH_MS),
      setInterval(() => void this.lookAgain(), FEED_LOOK_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  async close(): Promise<void> {
    this.ending.abort();
    for (const timer of this.timers) clearInterval(timer);
    await this.watch?.stop();
  }

  private async lookAgain(): Promise<void> {
    // A tool may take longer for its answer than the pause between two questions.
    if (this.looking) return;
    const found = this.look();
    const devices = await found;
    this.found = found;
    this.flush(devices);
  }

  private async look(): Promise<Found> {
    this.looking = true;
    const found = await detectDevices({ env: { ...this.env }, signal: this.ending.signal });
    if (!this.ending.signal.aborted) await this.follow(found.devices);
    this.looking = false;
    return { ...found, problems: [...found.problems, ...this.problems] };
  }

  /** Watches the devices that are there now; when they are the same as before, the watch goes on. */
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
    const devices = found === undefined ? {} : { devices: found.devices };
    this.tell({ moments, ...devices, problems: [...this.problems] });
  }
}

function momentOf({ device, sample }: DeviceReading): DeviceMoment {
  const { kind, index, uuid } = device;
  return { kind, index, uuid, time: Date.now(), sample };
}
