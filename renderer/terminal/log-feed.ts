import { bytesOfFirstRows, firstLineStart, lastLineEnd, startOfLastRows } from './byte-lines.ts';
import { type FeedStatus, NOTHING_SHOWN } from './feed-status.ts';
import { FOLLOW_LIMITS, type FollowLimits, RANGE_BYTES, SKIP_BYTES } from './limits.ts';
import type { LogBytes } from './log-bytes.ts';
import { LogDrawer } from './log-drawer.ts';
import { planRead } from './read-plan.ts';
import type { Screen } from './screen.ts';

/** The pause of a pane after a full read, so that the page stays responsive during a flood (milliseconds). */
const FLOOD_PAUSE_MS = 100;
/** The number of rows that are added before the first one when the person scrolls to the top. */
const EARLIER_ROWS = 4_000;
/** The number of rows that are kept after them; both together fit into the scrollback. */
const KEPT_ROWS = 5_000;
/** The number of bytes that are shown before an opened place. */
const CONTEXT_BYTES = 64 * 1024;

/** The number of rows that stay visible above a searched line. */
const ROWS_ABOVE = 3;

export interface FeedOptions {
  screen: Screen;
  /** Renders each whole line before it is drawn. */
  renderLine?: ((line: string) => string) | undefined;
  /** Default: those of a pane that fills the window. */
  limits?: FollowLimits;
  onStatus: (status: FeedStatus) => void;
}

/**
 * Shows a log on a screen: its end as it grows, or any other part of it. The log is not copied: only ranges of it are read, and never more
 * than the screen can draw.
 */
export class LogFeed {
  status: FeedStatus = NOTHING_SHOWN;
  private readonly onStatus: (status: FeedStatus) => void;
  private readonly screen: Screen;
  private readonly drawer: LogDrawer;
  private readonly limits: FollowLimits;
  private bytes: LogBytes | null = null;
  /** Whether a loop that follows the log is running. */
  private pumping = false;
  /** Whether another part of the log is being loaded. */
  private busy = false;
  /** Incremented whenever another part of the log is shown: reads for the earlier part are dropped. */
  private view = 0;
  /** The size at which nothing could be drawn, because the last line was not whole. */
  private stuckAt = -1;
  private wake: () => void = () => undefined;

  constructor(options: FeedOptions) {
    this.onStatus = options.onStatus;
    this.screen = options.screen;
    this.limits = options.limits ?? FOLLOW_LIMITS;
    this.drawer = new LogDrawer(options.screen, options.renderLine);
  }

  /** Reads over a connection; a new one continues at the present place. @returns ends reading over this connection */
  connect(bytes: LogBytes): () => void {
    this.bytes = bytes;
    const unfollow = bytes.follow({
      onSize: (size) => this.grow(size),
      onProblem: (problem) => this.set({ problem, loaded: true }),
    });
    return () => {
      unfollow();
      if (this.bytes !== bytes) return;
      this.bytes = null;
      // A half-loaded part begins again with the next connection.
      if (this.busy) this.set({ loaded: false });
      this.busy = false;
      this.wake();
    };
  }

  /** Ends everything; nothing is drawn afterwards. */
  dispose(): void {
    this.bytes = null;
    this.view += 1;
    this.wake();
  }

  /** Shows the end of the log and follows it. */
  async showNewest(): Promise<void> {
    const { size } = this.status;
    const view = this.beginView(true);
    const begin = Math.max(0, size - this.limits.rangeBytes);
    const bytes = await this.read(begin, size - begin, view);
    if (bytes === null) return;
    const start = begin === 0 ? 0 : firstLineStart(bytes);
    const shown = this.drawer.drawable(bytes.subarray(start), this.limits.rangeBytes);
    await this.drawBeginning(shown, begin + start);
    if (view !== this.view) return;
    this.screen.showNewest();
    this.endView();
  }

  /** Shows the line that begins at an offset, with the lines around it. */
  async showOffset(offset: number): Promise<void> {
    const view = this.beginView(false);
    const begin = Math.max(0, offset - CONTEXT_BYTES);
    const before = await this.read(begin, offset - begin, view);
    const after = before && (await this.read(offset, RANGE_BYTES, view));
    if (before === null || after === null) return;
    await this.drawAround(before, after, offset);
    if (view !== this.view) return;
    const row = this.screen.markAt(offset)?.row ?? 0;
    this.screen.showRow(Math.max(0, row - ROWS_ABOVE));
    this.screen.highlight(row);
    this.endView();
  }

  /** Adds the part before the first line, and stays at that line. */
  async showEarlier(): Promise<void> {
    const first = this.screen.firstMark();
    if (this.busy || first === null || first.offset === 0) return;
    const { offset, row } = first;
    const down = this.screen.topRow - row;
    const { to } = this.status;
    this.busy = true;
    const { view } = this;
    const begin = Math.max(0, offset - RANGE_BYTES);
    const before = await this.read(begin, offset - begin, view);
    const after = before && (await this.read(offset, Math.min(to - offset, RANGE_BYTES), view));
    if (before === null || after === null) return;
    const drawn = this.beginView(false);
    await this.drawAround(before, after, offset);
    if (drawn !== this.view) return;
    this.screen.showRow(Math.max(0, (this.screen.markAt(offset)?.row ?? 0) + down));
    this.endView();
  }

  /** Stops drawing after the person has scrolled up, so that the visible lines stay. */
  hold(): void {
    if (this.status.following && this.status.loaded && !this.busy) this.set({ following: false });
  }

  /** Resumes after the person has scrolled to the end: follows again, or shows the next part when the end of the log is far. */
  async resume(): Promise<void> {
    if (this.busy || this.status.following || !this.status.loaded) return;
    const { size, to } = this.status;
    if (size - to <= SKIP_BYTES) {
      this.set({ following: true });
      this.screen.showNewest();
      return this.pump();
    }
    const { view } = this;
    this.busy = true;
    const bytes = await this.read(to, RANGE_BYTES, view);
    if (bytes === null) return;
    const whole = bytes.subarray(0, lastLineEnd(bytes) === 0 ? bytes.length : lastLineEnd(bytes));
    // More rows would push the visible ones out of the scrollback.
    const part = whole.subarray(0, bytesOfFirstRows(whole, this.screen.columns, KEPT_ROWS));
    this.set({ to: to + part.length });
    this.screen.holdStill();
    await this.drawer.draw(part, to);
    if (view === this.view) this.endView();
  }

  /** Clears the pane; only new text is shown. */
  clearView(): void {
    const { size } = this.status;
    this.beginView(true);
    this.set({ from: size, to: size });
    this.drawer.mark(size);
    this.endView();
  }

  private grow(size: number): void {
    const anew = !this.status.loaded || size < this.status.to;
    this.set({ size, loaded: true, problem: null });
    if (anew) void this.showNewest();
    else void this.pump();
  }

  private beginView(following: boolean): number {
    this.view += 1;
    this.busy = true;
    this.stuckAt = -1;
    this.wake();
    this.screen.clear();
    this.set({ following, problem: null });
    return this.view;
  }

  private endView(): void {
    this.busy = false;
    void this.pump();
  }

  /** Reads a range; null when it is not needed any more or cannot be read. */
  private async read(offset: number, length: number, view: number): Promise<Uint8Array | null> {
    const { bytes } = this;
    if (bytes === null) return null;
    if (length <= 0) return new Uint8Array(0);
    const range = await bytes.read(offset, Math.min(length, RANGE_BYTES));
    if (view !== this.view || bytes !== this.bytes) return null;
    if (range.ok) {
      if (range.value.size > this.status.size) this.set({ size: range.value.size });
      return range.value.bytes;
    }
    this.busy = false;
    this.set({ problem: range.error });
    return null;
  }

  /** Draws the first bytes of a view. */
  private async drawBeginning(bytes: Uint8Array, from: number): Promise<void> {
    this.set({ from, to: from + bytes.length });
    this.drawer.mark(from);
    await this.drawer.draw(bytes, from);
  }

  /** Draws the text before and after an offset, as much as certainly fits into the scrollback. */
  private async drawAround(before: Uint8Array, after: Uint8Array, offset: number): Promise<void> {
    const { columns } = this.screen;
    const begin = offset - before.length;
    const last = startOfLastRows(before, columns, EARLIER_ROWS);
    const start = begin === 0 || last > 0 ? last : firstLineStart(before);
    const shown = after.subarray(0, bytesOfFirstRows(after, columns, KEPT_ROWS));
    const earlier = this.drawBeginning(before.subarray(start), begin + start);
    this.drawer.mark(offset);
    this.set({ to: offset + shown.length });
    await Promise.all([earlier, this.drawer.draw(shown, offset)]);
  }

  /** Follows the log until nothing is left to do. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (this.status.following && !this.busy && this.bytes !== null && this.status.problem === null) {
      const { to, size } = this.status;
      const plan = planRead({ next: to, size, inFlight: this.drawer.inFlight }, this.limits);
      if (plan.kind === 'idle' || this.stuckAt === size) break;
      if (plan.kind === 'wait') await this.rest();
      else if (plan.kind === 'skip') await this.skipTo(plan.to);
      else await this.readOn(plan.offset, plan.length);
    }
    this.pumping = false;
  }

  private async readOn(offset: number, length: number): Promise<void> {
    const bytes = await this.read(offset, length, this.view);
    if (bytes === null) return;
    const part = this.drawer.drawable(bytes, this.limits.rangeBytes);
    if (part.length === 0) {
      this.stuckAt = this.status.size;
      return;
    }
    this.set({ to: offset + part.length });
    const drawn = this.drawer.draw(part, offset);
    if (length < this.limits.rangeBytes) return;
    await drawn;
    await this.rest();
  }

  /** Skips bytes and prints a note in their place. */
  private async skipTo(offset: number): Promise<void> {
    const { view } = this;
    const { to, skipped } = this.status;
    const bytes = await this.read(offset, this.limits.rangeBytes, view);
    if (bytes === null) return;
    const start = firstLineStart(bytes);
    const left = offset + start - to;
    this.set({ to: offset + bytes.length, skipped: skipped + left });
    this.drawer.noteSkipped(left);
    this.drawer.mark(offset + start);
    await this.drawer.draw(bytes.subarray(start), offset + start);
    await this.rest();
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, FLOOD_PAUSE_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private set(change: Partial<FeedStatus>): void {
    this.status = { ...this.status, ...change };
    this.onStatus(this.status);
  }
}
