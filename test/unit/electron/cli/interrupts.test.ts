import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { type Interrupt, listenForInterrupts } from '../../../../electron/cli/interrupts.ts';

function listen(staysOnHangUp = false): {
  at: (ms: number, signal: NodeJS.Signals) => void;
  seen: Interrupt[];
  interrupts: ReturnType<typeof listenForInterrupts>;
} {
  const source = new EventEmitter();
  const seen: Interrupt[] = [];
  let now = 0;
  const interrupts = listenForInterrupts(
    (interrupt) => seen.push(interrupt),
    source,
    () => now,
    staysOnHangUp,
  );
  const at = (ms: number, signal: NodeJS.Signals): void => {
    now = ms;
    source.emit(signal, signal);
  };
  return { at, seen, interrupts };
}

it('the closing of a terminal is no request where it is to be ignored', () => {
  const { at, seen, interrupts } = listen(true);
  at(0, 'SIGHUP');
  expect(interrupts.interrupted()).toBe(false);
  at(1000, 'SIGTERM');
  expect(seen).toEqual([{ by: 'SIGTERM', force: false }]);
});

it('the first request is for an orderly end, later ones force it', () => {
  const { at, seen, interrupts } = listen();
  expect(interrupts.interrupted()).toBe(false);
  at(0, 'SIGINT');
  at(2000, 'SIGTERM');
  at(4000, 'SIGHUP');
  expect(seen).toEqual([
    { by: 'Ctrl-C', force: false },
    { by: 'SIGTERM', force: true },
    { by: 'SIGHUP', force: true },
  ]);
  expect(interrupts.interrupted()).toBe(true);
});

it('one Ctrl-C that arrives several times, through npx and a wrapper, is one request', () => {
  const { at, seen } = listen();
  at(0, 'SIGINT');
  at(5, 'SIGINT');
  at(60, 'SIGTERM');
  expect(seen).toHaveLength(1);
});

it('nothing is heard after listening has ended', () => {
  const { at, seen, interrupts } = listen();
  interrupts.dispose();
  at(0, 'SIGINT');
  expect(seen).toEqual([]);
});
