import { jsonLine } from '../../../shared/json-line.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** Prints every event as a line of JSON on standard output: the `type` of the journal is called `event` there. */
export class JsonDisplay implements ProgressDisplay {
  private readonly print: (line: string) => void;
  private readonly withPast: boolean;

  constructor(print: (line: string) => void, withPast: boolean) {
    this.print = print;
    this.withPast = withPast;
  }

  event(event: RunEvent, past: boolean): void {
    if (past && !this.withPast) return;
    const { type, ...rest } = event;
    this.print(jsonLine({ event: type, ...rest }));
  }

  changed(): void {
    // The stream has the events of the journal; live figures are not in it.
  }

  problems(): void {
    // They are in the logs.
  }

  note(): void {
    // JSON is read by programs.
  }

  close(): void {
    // Lines are written whole; nothing is pending.
  }
}
