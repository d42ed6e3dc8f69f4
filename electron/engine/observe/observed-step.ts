import { statSync } from 'node:fs';
import type { LiveProgress } from '../../../shared/contract/events.ts';
import { parseReport } from '../../../shared/run/report.ts';
import { LineDecoder } from '../logs/decode-lines.ts';
import { followFile } from '../logs/follow-file.ts';
import { type GrowthWatcherOptions, REPORT_WATCHING } from '../logs/growth-watcher.ts';
import { componentLog, reportFile } from '../run-directory/paths.ts';
import { parseDevicePlace, parseDeviceSample } from './component-lines.ts';
import type { LiveState } from './live-state.ts';
import type { WorkerView } from './worker-view.ts';

/** The latest samples of all devices stand within this many bytes of the end of a metrics log: 64 devices with long names. */
const SAMPLES_TAIL_BYTES = 64 * 1024;

interface ObservedStepOptions {
  directory: string;
  step: number;
  liveState: LiveState;
  onSample: (sample: LiveProgress['devices'][number]) => void;
  onWarning: (warning: { step: number; rank: number; text: string }) => void;
}

/** Follows the files of a step that show its present state: reports of its workers, samples of devices, findings of the validator. */
export class ObservedStep {
  readonly step: number;
  private readonly options: ObservedStepOptions;
  /** By rank. */
  private readonly reports = new Map<number, () => void>();
  private readonly stops: (() => void)[];

  constructor(options: ObservedStepOptions) {
    this.options = options;
    this.step = options.step;
    const { directory, step } = options;
    const metrics = componentLog(directory, step, 'metrics');
    this.stops = [
      followLines(metrics, (line) => this.takeMetric(line), {
        from: Math.max(0, sizeOf(metrics) - SAMPLES_TAIL_BYTES),
      }),
      followLines(componentLog(directory, step, 'validator'), (line) => this.takeFinding(line)),
    ];
  }

  /** Follows what a worker reports about the items it has. */
  followReports(rank: number, worker: WorkerView): void {
    if (this.reports.has(rank)) return;
    const { directory, step } = this.options;
    const take = (line: string): void => {
      const report = parseReport(line);
      if (report !== null) worker.take(report);
    };
    const from = worker.reportOffset;
    this.reports.set(rank, followLines(reportFile(directory, step, rank), take, { ...REPORT_WATCHING, from }));
  }

  close(): void {
    for (const stop of [...this.stops, ...this.reports.values()]) stop();
    this.reports.clear();
  }

  private takeMetric(line: string): void {
    const sample = parseDeviceSample(line);
    if (sample !== null) this.options.onSample(sample);
  }

  private takeFinding(line: string): void {
    const found = parseDevicePlace(line);
    if (found === null) return;
    const { step, liveState, onWarning } = this.options;
    liveState.setOnDevice(step, found.rank, found.onDevice);
    if (found.warning !== null) onWarning({ step, rank: found.rank, text: found.warning });
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Where to begin, and how to notice growth. */
interface FollowLinesOptions extends GrowthWatcherOptions {
  /** Byte offset; the first line may be the rest of a line. */
  from?: number;
}

/** Follows the lines of a file, present and future ones. A file that cannot be read has none. @returns ends it */
function followLines(path: string, onLine: (line: string) => void, options: FollowLinesOptions = {}): () => void {
  const lines = new LineDecoder();
  const follower = followFile(path, {
    ...options,
    onBytes({ bytes }) {
      for (const line of lines.push(bytes)) onLine(line);
    },
  });
  follower.done.catch(() => undefined);
  return () => void follower.stop().catch(() => undefined);
}
