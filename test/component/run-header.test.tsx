import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { RunHeader } from '../../renderer/run/run-header.tsx';
import { madeSnapshot } from './rig/made-snapshot.ts';

it('says why no file is begun while a disk is nearly full, and what to do', async () => {
  await render(<RunHeader snapshot={madeSnapshot({ items: 2, paused: true })} now={Date.now()} />);
  await expect.element(page.getByText('Paused: 297.5 MiB free on /data, goes on at 2.0 GiB.')).toBeVisible();
  await expect.element(page.getByText(/Free space there, and the run continues automatically/)).toBeVisible();
});

it('says nothing of it when there is room', async () => {
  await render(<RunHeader snapshot={madeSnapshot({ items: 2 })} now={Date.now()} />);
  await expect.element(page.getByText('Remaining')).toBeVisible();
  expect(page.getByText('Paused').elements()).toEqual([]);
});

it('tells of a run that is over the rate of the whole run, not that of its last step', async () => {
  const snapshot = madeSnapshot({ items: 6, complete: [0, 1, 2] });
  const { state } = snapshot.model;
  state.started = '2026-11-21T05:15:00.000Z';
  state.ended = '2026-11-21T05:15:06.000Z';
  state.worked = { seconds: 6, begun: null };
  await render(<RunHeader snapshot={{ ...snapshot, status: 'stopped', live: false }} now={Date.now()} />);
  await expect.element(page.getByText('0.500/s')).toBeVisible();
});
