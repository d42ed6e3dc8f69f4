import { type RefObject, useEffect, useRef, useState } from 'react';
import type { LogName } from '../../shared/contract/logs.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { onThemeChange } from '../parts/token-colour.ts';
import { takeJump, useLayout } from '../store/layout-store.ts';
import { usePaneSettings } from '../store/pane-settings-store.ts';
import { componentLine } from './component-line.ts';
import type { FeedStatus } from './feed-status.ts';
import { FOLLOW_LIMITS, FOLLOW_LIMITS_SMALL, FONT_SIZE_MIN, SCROLLBACK_ROWS } from './limits.ts';
import { logBytes } from './log-bytes.ts';
import { LogFeed } from './log-feed.ts';
import { paneKey } from './pane-keys.ts';
import { type TerminalStyle, WorkerTerminal } from './worker-terminal.ts';

/** The number of lines that a small pane of the grid keeps. */
const SCROLLBACK_ROWS_SMALL = 1_000;

/** A terminal and its feed, which exist as long as the pane is mounted. */
export interface LogPane {
  terminal: WorkerTerminal;
  feed: LogFeed;
}

interface LogPaneOptions {
  log: LogName;
  /** A pane of the grid keeps fewer lines. */
  small: boolean;
  onFind: () => void;
}

/**
 * Keeps a terminal in an element that shows a log. It lives outside React: only its status comes back as state.
 * @returns the pane once its element is there
 */
export function useLogPane(
  holder: RefObject<HTMLDivElement | null>,
  { log, small, onFind }: LogPaneOptions,
): { pane: LogPane | null; status: FeedStatus | null } {
  const { run, source, step } = log;
  const client = useEngine();
  const settings = usePaneSettings();
  const jump = useLayout((state) => state.jump);
  const [pane, setPane] = useState<LogPane | null>(null);
  const [status, setStatus] = useState<FeedStatus | null>(null);
  const find = useRef(onFind);
  useEffect(() => {
    find.current = onFind;
  });

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const made = makePane(element, { source, small, setStatus, find: () => find.current() });
    const unsubscribe = onThemeChange(() => made.terminal.setTheme());
    setPane(made);
    return () => {
      setPane(null);
      unsubscribe();
      made.feed.dispose();
      made.terminal.dispose();
    };
  }, [holder, run, source, step, small]);

  useEffect(() => {
    if (pane === null || client === null) return undefined;
    return pane.feed.connect(logBytes(client, step === undefined ? { run, source } : { run, source, step }));
  }, [pane, client, run, source, step]);

  const { fontSize, wrap } = settings;
  useEffect(() => pane?.terminal.setStyle(styleOf({ fontSize, wrap }, small)), [pane, fontSize, wrap, small]);

  const loaded = status?.loaded ?? false;
  useEffect(() => {
    if (pane === null || !loaded) return;
    const asked = takeJump({ run, source, step: step ?? null });
    if (asked !== null) void pane.feed.showOffset(asked.offset);
  }, [pane, loaded, jump, run, source, step]);

  return { pane, status };
}

function makePane(
  element: HTMLElement,
  options: { source: string; small: boolean; setStatus: (status: FeedStatus) => void; find: () => void },
): LogPane {
  const terminal = new WorkerTerminal(element, {
    ...styleOf(usePaneSettings.getState(), options.small),
    scrollback: options.small ? SCROLLBACK_ROWS_SMALL : SCROLLBACK_ROWS,
    marks: !options.small,
    card: !options.small,
    onViewport: () => handleViewport(pane),
    onKey: (event) => paneKey(event, terminal, options.find),
  });
  const feed = new LogFeed({
    limits: options.small ? FOLLOW_LIMITS_SMALL : FOLLOW_LIMITS,
    screen: terminal.screen,
    renderLine: options.source.startsWith('worker_') ? undefined : componentLine,
    onStatus: oncePerFrame(options.setStatus),
  });
  const pane: LogPane = { terminal, feed };
  return pane;
}

/** Returns the style of a pane. A small pane never wraps: otherwise progress lines wider than the pane would be drawn below each other. */
function styleOf({ fontSize, wrap }: TerminalStyle, small: boolean): TerminalStyle {
  return small ? { fontSize: Math.max(FONT_SIZE_MIN, fontSize - 1), wrap: false } : { fontSize, wrap };
}

/** Passes on only the last value of each frame: a log grows more often than the page is drawn. */
function oncePerFrame<T>(receive: (value: T) => void): (value: T) => void {
  let latest: { value: T } | null = null;
  return (value) => {
    const waiting = latest !== null;
    latest = { value };
    if (waiting) return;
    requestAnimationFrame(() => {
      if (latest !== null) receive(latest.value);
      latest = null;
    });
  };
}

/** Reacts to scrolling: away from the end holds the pane, to the end resumes it, to the top loads earlier lines. */
function handleViewport({ terminal, feed }: LogPane): void {
  if (!terminal.screen.atEnd) feed.hold();
  else if (!feed.status.following) void feed.resume();
  if (terminal.screen.topRow === 0 && !terminal.screen.atEnd) void feed.showEarlier();
}
