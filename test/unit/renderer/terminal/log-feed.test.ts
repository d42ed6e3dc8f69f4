import { Terminal } from '@xterm/xterm';
import { afterEach, describe, expect, it } from 'vitest';
import { RANGE_BYTES } from '../../../../renderer/terminal/limits.ts';
import type { LogBytes } from '../../../../renderer/terminal/log-bytes.ts';
import { LogFeed } from '../../../../renderer/terminal/log-feed.ts';
import type { GrowthListener } from '../../../../renderer/terminal/log-growth.ts';
import { XtermScreen } from '../../../../renderer/terminal/xterm-screen.ts';
import { ok } from '../../../../shared/result.ts';
import { eventually } from '../../../helpers/until.ts';

/** Drawing a large log takes seconds on a machine that is busy with something else. */

/** A log in memory, read by range as over a connection. */
class MemoryLog implements LogBytes {
  readonly reads: number[] = [];
  private content = new Uint8Array(0);
  private readonly listeners = new Set<GrowthListener>();

  append(text: string): void {
    const added = new TextEncoder().encode(text);
    const whole = new Uint8Array(this.content.length + added.length);
    whole.set(this.content);
    whole.set(added, this.content.length);
    this.content = whole;
    for (const listener of this.listeners) listener.onSize(whole.length);
  }

  get size(): number {
    return this.content.length;
  }

  get followers(): number {
    return this.listeners.size;
  }

  read(offset: number, length: number): ReturnType<LogBytes['read']> {
    this.reads.push(length);
    return Promise.resolve(ok({ offset, bytes: this.content.slice(offset, offset + length), size: this.size }));
  }

  follow(listener: GrowthListener): () => void {
    this.listeners.add(listener);
    queueMicrotask(() => listener.onSize(this.size));
    return () => this.listeners.delete(listener);
  }
}

const terminals: Terminal[] = [];

function pane(log: MemoryLog, renderLine?: (line: string) => string) {
  const terminal = new Terminal({ cols: 80, rows: 10, scrollback: 10_000, convertEol: true });
  terminals.push(terminal);
  const screen = new XtermScreen(terminal);
  const feed = new LogFeed({ screen, renderLine, onStatus: () => undefined });
  return { terminal, screen, feed, disconnect: feed.connect(log) };
}

/** The text of all rows, without the empty ones at the end. */
function textOf({ buffer }: Terminal): string[] {
  const rows = Array.from({ length: buffer.active.length }, (_, row) => rowText(buffer.active.getLine(row)));
  while (rows.at(-1) === '') rows.pop();
  return rows;
}

function topLine({ buffer }: Terminal): string {
  return rowText(buffer.active.getLine(buffer.active.viewportY));
}

function rowText(line: { translateToString(trim: boolean): string } | undefined): string {
  return line?.translateToString(true) ?? '';
}

function numbered(count: number, from = 0): string {
  return Array.from({ length: count }, (_, index) => `line ${String(from + index).padStart(7, '0')} of the log\n`).join(
    '',
  );
}

const LINE_BYTES = numbered(1).length;

afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.dispose();
});

describe('a pane that follows its log', () => {
  it('shows what is there and what comes', async () => {
    const log = new MemoryLog();
    log.append('first\n');
    const { terminal } = pane(log);
    await eventually(() => expect(textOf(terminal)).toEqual(['first']));
    log.append('second\nthi');
    log.append('rd\n');
    await eventually(() => expect(textOf(terminal)).toEqual(['first', 'second', 'third']));
  });

  it('opens a large log at its end and reads one range of it, from a whole line on', async () => {
    const log = new MemoryLog();
    log.append(numbered(100_000));
    const { terminal } = pane(log);
    await eventually(() => expect(textOf(terminal).at(-1)).toBe('line 0099999 of the log'));
    expect(log.reads).toEqual([RANGE_BYTES]);
    expect(textOf(terminal)[0]).toMatch(/^line \d{7} of the log$/);
  });

  it('skips what comes faster than it can be read, says how much, and ends at the newest line', async () => {
    const log = new MemoryLog();
    log.append('begin\n');
    const { terminal, feed } = pane(log);
    await eventually(() => expect(textOf(terminal)).toEqual(['begin']));
    log.append(`${'x'.repeat(79)}\n`.repeat(40_000));
    log.append('end\n');
    await eventually(() => expect(textOf(terminal).at(-1)).toBe('end'));
    expect(textOf(terminal).join('\n')).toMatch(/2\.8 MiB skipped here; they are in the file/);
    expect(feed.status.skipped).toBeGreaterThan(log.size - 2 * RANGE_BYTES);
    expect(Math.max(...log.reads)).toBeLessThanOrEqual(RANGE_BYTES);
  });

  it('goes on where it was when the connection came back', async () => {
    const log = new MemoryLog();
    log.append('one\n');
    const { terminal, feed, disconnect } = pane(log);
    await eventually(() => expect(textOf(terminal)).toEqual(['one']));
    disconnect();
    expect(log.followers).toBe(0);
    log.append('two\n');
    feed.connect(log);
    await eventually(() => expect(textOf(terminal)).toEqual(['one', 'two']));
  });

  it('draws changed lines only when they are whole', async () => {
    const log = new MemoryLog();
    log.append('a\nhalf');
    const { terminal } = pane(log, (line) => `<${line}>`);
    await eventually(() => expect(textOf(terminal)).toEqual(['<a>']));
    log.append(' and half\n');
    await eventually(() => expect(textOf(terminal)).toEqual(['<a>', '<half and half>']));
  });
});

describe('a pane that was scrolled up', () => {
  it('draws nothing new until it is at the end again', async () => {
    const log = new MemoryLog();
    log.append(numbered(50));
    const { terminal, feed } = pane(log);
    await eventually(() => expect(textOf(terminal)).toHaveLength(50));
    terminal.scrollLines(-20);
    feed.hold();
    log.append(numbered(10, 50));
    expect(feed.status).toMatchObject({ following: false, size: 60 * LINE_BYTES, to: 50 * LINE_BYTES });
    await feed.resume();
    await eventually(() => expect(textOf(terminal)).toHaveLength(60));
    expect(feed.status.following).toBe(true);
  });

  it('shows earlier lines in front and stays at the line it was at', async () => {
    const log = new MemoryLog();
    log.append(numbered(100_000));
    const { terminal, feed } = pane(log);
    await eventually(() => expect(textOf(terminal).at(-1)).toBe('line 0099999 of the log'));
    terminal.scrollToTop();
    feed.hold();
    const top = topLine(terminal);
    const earliest = Number(top.slice(5, 12));
    await feed.showEarlier();
    expect(topLine(terminal)).toBe(top);
    expect(Number(textOf(terminal)[0]?.slice(5, 12))).toBeLessThan(earliest - 1_000);
  });

  it('reaches the beginning of the log in the end', async () => {
    const log = new MemoryLog();
    log.append(numbered(20_000));
    const { terminal, feed, screen } = pane(log);
    await eventually(() => expect(textOf(terminal).at(-1)).toBe('line 0019999 of the log'));
    for (let turn = 0; turn < 10 && screen.firstMark()?.offset !== 0; turn += 1) {
      terminal.scrollToTop();
      feed.hold();
      await feed.showEarlier();
    }
    expect(textOf(terminal)[0]).toBe('line 0000000 of the log');
  });

  it('reads on from the middle of a log, part by part, without jumping to its end', async () => {
    const log = new MemoryLog();
    log.append(numbered(100_000));
    const { terminal, feed } = pane(log);
    await eventually(() => expect(feed.status.loaded).toBe(true));
    await feed.showOffset(10_000 * LINE_BYTES);
    const { to } = feed.status;
    terminal.scrollToBottom();
    const top = Number(topLine(terminal).slice(5, 12));
    await feed.resume();
    expect(feed.status.to).toBeGreaterThan(to);
    expect(feed.status.following).toBe(false);
    expect(Number(topLine(terminal).slice(5, 12))).toBe(top - 1);
  });
});

describe('a pane that is sent to a place', () => {
  it('shows the line at the offset with lines above it', async () => {
    const log = new MemoryLog();
    log.append(numbered(100_000));
    const { terminal, feed } = pane(log);
    await eventually(() => expect(feed.status.loaded).toBe(true));
    await feed.showOffset(42_000 * LINE_BYTES);
    expect(topLine(terminal)).toBe('line 0041997 of the log');
    expect(feed.status.following).toBe(false);
  });

  it('shows a line that is longer than a range', async () => {
    const log = new MemoryLog();
    log.append('x'.repeat(3 * RANGE_BYTES));
    const { terminal, feed } = pane(log);
    await eventually(() => expect(feed.status.loaded).toBe(true));
    await feed.showOffset(RANGE_BYTES);
    expect(topLine(terminal)).toBe('x'.repeat(80));
  });

  it('is emptied by “clear view” and shows only what comes then', async () => {
    const log = new MemoryLog();
    log.append('old\n');
    const { terminal, feed } = pane(log);
    await eventually(() => expect(textOf(terminal)).toEqual(['old']));
    feed.clearView();
    log.append('new\n');
    await eventually(() => expect(textOf(terminal)).toEqual(['new']));
  });
});
