import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { QueueSection } from '../../renderer/queue/queue-section.tsx';
import type { QueueClient } from '../../renderer/queue/use-queue.ts';
import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';
import { problem } from '../../shared/problem.ts';
import { err, ok } from '../../shared/result.ts';

const GPU = { kind: 'nvidia', index: 0, uuid: 'GPU-0', name: 'NVIDIA H100' } as const;

function waiting(run: string, change: Partial<WaitingRun> = {}): WaitingRun {
  return {
    run,
    pipeline: 'embed',
    name: run,
    user: null,
    since: '2026-11-21T05:15:00.000Z',
    devices: [GPU],
    count: 1,
    expected: null,
    waits: ['GPU 0 is used by run x'],
    ...change,
  };
}

/** An engine whose queue lies in memory; all of its runs can be moved. */
class ServedQueue implements QueueClient {
  runs: WaitingRun[];
  isDown = false;

  constructor(runs: WaitingRun[]) {
    this.runs = runs;
  }

  queue: QueueClient['queue'] = () =>
    Promise.resolve(this.isDown ? err(problem('cannot-start', 'It is down.', 'Wait.')) : ok({ runs: [...this.runs] }));

  moveQueued: QueueClient['moveQueued'] = ({ run, to }) => {
    const moved = this.runs.filter((one) => one.run === run);
    const rest = this.runs.filter((one) => one.run !== run);
    this.runs = rest.toSpliced(indexOf(rest, to), 0, ...moved);
    return this.queue({});
  };

  stopRun: QueueClient['stopRun'] = ({ run }) => {
    this.runs = this.runs.filter((one) => one.run !== run);
    return Promise.resolve(ok({ status: 'stopped' as const }));
  };
}

function indexOf(rest: readonly WaitingRun[], to: QueuePlace): number {
  if (to === 'first') return 0;
  return to === 'last' ? rest.length : rest.findIndex((one) => one.run === to.before);
}

function shown(): string[] {
  return page
    .getByRole('listitem', { name: /^Place/ })
    .elements()
    .map((row) => row.getAttribute('aria-label') ?? '');
}

it('shows who waits for what, in order, and offers to change only one’s own', async () => {
  const queue = new ServedQueue([
    waiting('mine', { expected: '2099-11-21T05:15:00.000Z' }),
    waiting('hers', { user: 'anna', name: null }),
  ]);
  await render(<QueueSection client={queue} />);
  await expect.poll(shown).toEqual(['Place 1: mine', 'Place 2: hers']);
  const [mine, hers] = [
    page.getByRole('listitem', { name: /: mine$/ }),
    page.getByRole('listitem', { name: /: hers$/ }),
  ];
  await expect.element(mine.getByText(/^embed · yours · queued .* · starts about/)).toBeVisible();
  await expect.element(mine.getByText('GPU 0 is used by run x')).toBeVisible();
  await expect.element(hers.getByText(/^embed · of anna · .* · start not known yet$/)).toBeVisible();
  expect(hers.getByRole('button').elements()).toEqual([]);
  expect(mine.getByRole('button').elements()).toHaveLength(3);
});

it('moves a run with the keyboard again and again, without losing the focus, and says so', async () => {
  const queue = new ServedQueue(['a', 'b', 'c'].map((run) => waiting(run)));
  await render(<QueueSection client={queue} />);
  await expect.poll(shown).toHaveLength(3);
  const down = page.getByRole('button', { name: 'Move a down' });
  down.element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(shown).toEqual(['Place 1: b', 'Place 2: a', 'Place 3: c']);
  await expect.element(down).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(shown).toEqual(['Place 1: b', 'Place 2: c', 'Place 3: a']);
  await expect.element(down).toHaveFocus();
  await expect.element(down).toHaveAttribute('aria-disabled', 'true');
  await expect.element(page.getByRole('status')).toHaveTextContent('Run a was moved.');
});

it('moves a run that is dragged, also to the end', async () => {
  const queue = new ServedQueue(['a', 'b', 'c'].map((run) => waiting(run)));
  await render(<QueueSection client={queue} />);
  await expect.poll(shown).toHaveLength(3);
  const row = (run: string) => page.getByRole('listitem', { name: new RegExp(`: ${run}$`) });
  // In the lower half of a row it is put behind it.
  const lower = row('c').element().getBoundingClientRect().height - 4;
  await userEvent.dragAndDrop(row('a'), row('c'), { targetPosition: { x: 60, y: lower } });
  await expect.poll(shown).toEqual(['Place 1: b', 'Place 2: c', 'Place 3: a']);
  await userEvent.dragAndDrop(row('a'), row('b'), { targetPosition: { x: 60, y: 4 } });
  await expect.poll(shown).toEqual(['Place 1: a', 'Place 2: b', 'Place 3: c']);
});

it('asks before a run loses its place', async () => {
  const queue = new ServedQueue([waiting('a'), waiting('b')]);
  await render(<QueueSection client={queue} />);
  await userEvent.click(page.getByRole('button', { name: 'Take a out of the queue' }));
  const dialog = page.getByRole('dialog', { name: 'Take this run out of the queue?' });
  await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
  expect(queue.runs).toHaveLength(2);
  await userEvent.click(page.getByRole('button', { name: 'Take a out of the queue' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Take out' }));
  await expect.poll(shown).toEqual(['Place 1: b']);
});

it('says that nobody waits, and why it does not know, only as long as that is so', async () => {
  const queue = new ServedQueue([]);
  queue.isDown = true;
  await render(<QueueSection client={queue} />);
  const alert = page.getByRole('alert');
  await expect.element(alert.getByText('It is down.')).toBeVisible();
  queue.isDown = false;
  await expect.element(page.getByText('No run waits for devices.')).toBeVisible();
  expect(alert.elements()).toEqual([]);
});
