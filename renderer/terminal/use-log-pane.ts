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
import { type TerminalLook, WorkerTerminal } from './worker-terminal.ts';

/** Lines that a small pane of the grid keeps. */
const SCROLLBACK_ROWS_SMALL = 1_000;

/** A terminal and what feeds it, alive as long as its pane is mounted. */
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
    const forgetTheme = onThemeChange(() => made.terminal.setTheme());
    setPane(made);
    return () => {
      setPane(null);
      forgetTheme();
      made.feed.dispose();
      made.terminal.dispose();
    };
  }, [holder, run, source, step, small]);

  useEffect(() => {
    if (pane === null || client === null) return undefined;
    return pane.feed.connect(logBytes(client, step === undefined ? { run, source } : { run, source, step }));
  }, [pane, client, run, source, step]);

  const { fontSize, wrap } = settings;
  useEffect(() => pane?.terminal.setLook(lookOf({ fontSize, wrap }, small)), [pane, fontSize, wrap, small]);

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
    ...lookOf(usePaneSettings.getState(), options.small),
    scrollback: options.small ? SCROLLBACK_ROWS_SMALL : SCROLLBACK_ROWS,
    marks: !options.small,
    card: !options.small,
    onViewport: () => lookAtViewport(pane),
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

/** A small pane never wraps: progress lines that are wider than it would be drawn below each other. */
function lookOf({ fontSize, wrap }: TerminalLook, small: boolean): TerminalLook {
  return small ? { fontSize: Math.max(FONT_SIZE_MIN, fontSize - 1), wrap: false } : { fontSize, wrap };
}

/** Hands on only the last value of each frame: a log grows more often than anybody sees. */
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

/** What a person's scrolling means: away from the end holds the pane, to the end lets it go on, to the top brings earlier lines. */
function lookAtViewport({ terminal, feed }: LogPane): void {
  if (!terminal.screen.atEnd) feed.hold();
  else if (!feed.status.following) void feed.goOn();
  if (terminal.screen.topRow === 0 && !terminal.screen.atEnd) void feed.showEarlier();
}
