import type { IDecoration, IMarker, Terminal } from '@xterm/xterm';
import { SLICE_BYTES } from './limits.ts';
import type { RepeatBudget } from './quiet-sequences.ts';
import type { Mark, Screen } from './screen.ts';

/** An xterm as a screen. It needs no page: size, font and theme are set elsewhere. */
export class XtermScreen implements Screen {
  private readonly terminal: Terminal;
  private readonly refill: () => void;
  private marks: { marker: IMarker; offset: number }[] = [];
  private landmarks: IDecoration[] = [];
  private landmarkColour = '#808080';

  /** @param budget limits the repetitions by the log's sequences; it is refilled for every slice */
  constructor(terminal: Terminal, budget?: RepeatBudget) {
    this.terminal = terminal;
    this.refill = () => budget?.refill();
  }

  get columns(): number {
    return this.terminal.cols;
  }

  get topRow(): number {
    return this.terminal.buffer.active.viewportY;
  }

  /** Whether the newest row is visible. */
  get atEnd(): boolean {
    return this.topRow >= this.terminal.buffer.active.baseY;
  }

  draw(data: Uint8Array | string): Promise<void> {
    // The terminal checks the clock only between two writes.
    let start = 0;
    for (; start + SLICE_BYTES < data.length; start += SLICE_BYTES)
      this.terminal.write(data.slice(start, start + SLICE_BYTES), this.refill);
    return new Promise((resolve) => {
      this.terminal.write(data.slice(start), () => {
        this.refill();
        resolve();
      });
    });
  }

  clear(): void {
    this.inOrder(() => {
      for (const { marker } of this.marks) marker.dispose();
      for (const landmark of this.landmarks) landmark.dispose();
      this.marks = [];
      this.landmarks = [];
      this.terminal.reset();
    });
  }

  mark(offset: number): void {
    this.inOrder(() => {
      const marker = this.terminal.registerMarker(0);
      this.marks = [...this.marks.filter((one) => !one.marker.isDisposed), { marker, offset }];
    });
  }

  landmark(): void {
    this.inOrder(() => {
      const decoration = this.terminal.registerDecoration({
        marker: this.terminal.registerMarker(0),
        overviewRulerOptions: { color: this.landmarkColour, position: 'full' },
      });
      this.landmarks = this.landmarks.filter(({ isDisposed }) => !isDisposed);
      if (decoration !== undefined) this.landmarks.push(decoration);
    });
  }

  /** Sets the colour of landmarks, existing and future ones. @param colour `#RRGGBB` */
  setLandmarkColour(colour: string): void {
    this.landmarkColour = colour;
    for (const landmark of this.landmarks)
      landmark.options = { overviewRulerOptions: { color: colour, position: 'full' } };
  }

  /** The number of landmarks in the buffer of the terminal. */
  get landmarkCount(): number {
    return this.landmarks.filter(({ isDisposed }) => !isDisposed).length;
  }

  firstMark(): Mark | null {
    const first = this.marks.find(({ marker }) => !marker.isDisposed);
    return first === undefined ? null : { offset: first.offset, row: first.marker.line };
  }

  markAt(offset: number): Mark | null {
    const found = this.marks.find((one) => one.offset === offset && !one.marker.isDisposed);
    return found === undefined ? null : { offset, row: found.marker.line };
  }

  showRow(row: number): void {
    this.terminal.scrollToLine(row);
  }

  showNewest(): void {
    this.terminal.scrollToBottom();
  }

  holdStill(): void {
    // A terminal that was scrolled, even by one row, keeps its visible rows in place.
    this.terminal.scrollLines(-1);
  }

  highlight(row: number): void {
    // A terminal has no selection before it is opened on a page.
    if (this.terminal.element !== undefined) this.terminal.select(0, row, this.terminal.cols);
  }

  /** Queues an action: writes are queued, so actions between them must be queued too. */
  private inOrder(action: () => void): void {
    this.terminal.write('', action);
  }
}
