import type { LogProblem } from '../../../shared/contract/logs.ts';
import { clockTime, itemRate, roughTime } from '../../../shared/format.ts';
import type { ProgressModel } from '../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import { reportedUntil } from '../../../shared/run/run-time.ts';
import { oneLine } from '../../../shared/text-columns.ts';
import { describeEvent, levelWord, type Notice } from './describe-event.ts';
import { ProblemNotices } from './problem-notices.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** After this long without a line the progress is printed, so that a silent log is not taken for a dead one. */
const SIGN_OF_LIFE_MS = 60_000;

/** One line per event, for pipes, files and CI. */
export class PlainDisplay implements ProgressDisplay {
  private readonly model: ProgressModel;
  private readonly report: (line: string) => void;
  private readonly folded = new ProblemNotices();
  private readonly signOfLife: NodeJS.Timeout;

  constructor(model: ProgressModel, report: (line: string) => void) {
    this.model = model;
    this.report = report;
    this.signOfLife = setInterval(() => this.printProgress(), SIGN_OF_LIFE_MS);
    this.signOfLife.unref();
  }

  event(event: RunEvent, past: boolean): void {
    if (past) return;
    const notice = describeEvent(event, this.model.state);
    if (notice !== null) this.printNotice(event.time, notice);
  }

  changed(): void {
    // Progress inside files changes all the time: the line every minute is enough.
  }

  problems(problems: readonly LogProblem[]): void {
    for (const notice of this.folded.take(problems)) this.printNotice(now(), notice);
  }

  note(text: string): void {
    this.printNotice(now(), { level: 'info', text });
  }

  close(): void {
    clearInterval(this.signOfLife);
    for (const notice of this.folded.rest()) this.printNotice(now(), notice);
  }

  private printNotice(time: string, notice: Notice): void {
    this.report(`${clockTime(time)} ${levelWord(notice)}${oneLine(notice.text)}`);
    this.signOfLife.refresh();
  }

  private printProgress(): void {
    const view = this.model.view(reportedUntil(this.model.state, true, Date.now()));
    if (view === null) return;
    const failed = view.failed > 0 ? `, ${view.failed} failed` : '';
    const eta = view.eta === null ? '' : `, ETA ${roughTime(view.eta)}`;
    this.note(`${view.name} ${view.done}/${view.total}${failed}, ${itemRate(view.rate)}${eta}`);
  }
}

function now(): string {
  return new Date().toISOString();
}
