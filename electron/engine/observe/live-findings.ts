import { EventEmitter } from 'node:events';
import type { LiveProgress } from '../../../shared/contract/events.ts';
import type { LogProblem } from '../../../shared/contract/logs.ts';
import { keepProblems } from '../../../shared/run/log-problems.ts';
import { LiveState } from './live-state.ts';

/** What happens inside items is pushed at most this often (milliseconds): a person sees no more. */
const PROGRESS_PUSH_MS = 200;

/** The devices of a run as they are now. */
interface LiveDevices {
  /** Counts changes. */
  readonly version: number;
  live(): LiveProgress['devices'];
}

interface FindingEvents {
  progress: [LiveProgress];
  problems: [LogProblem[]];
}

/**
 * What is found out about a run beside its journal: what its workers print as warnings and errors, and what happens inside items and on
 * devices. Emits problems at once, and progress at intervals when something has changed.
 */
export class LiveFindings extends EventEmitter<FindingEvents> {
  readonly state = new LiveState();
  private readonly devices: () => LiveDevices | null;
  private readonly found = new Map<string, LogProblem>();
  private readonly timer: NodeJS.Timeout;
  /** The version of state and devices that was pushed last. */
  private pushed = '';

  /** @param devices null while there are none */
  constructor(devices: () => LiveDevices | null) {
    super();
    this.devices = devices;
    this.timer = setInterval(() => this.pushProgress(), PROGRESS_PUSH_MS).unref();
  }

  /** The whole of what happens inside items and on devices now. */
  progress(): LiveProgress {
    return { workers: this.state.workers(), devices: this.devices()?.live() ?? [] };
  }

  /** Every warning and error so far, repeats folded. */
  problems(): LogProblem[] {
    return [...this.found.values()];
  }

  /** Keeps problems that are new or counted on, and emits them. */
  addProblems(problems: LogProblem[]): void {
    keepProblems(this.found, problems);
    this.emit('problems', problems);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private pushProgress(): void {
    if (this.listenerCount('progress') === 0) return;
    const version = `${this.state.version} ${this.devices()?.version ?? 0}`;
    if (version === this.pushed) return;
    this.pushed = version;
    this.emit('progress', this.progress());
  }
}
