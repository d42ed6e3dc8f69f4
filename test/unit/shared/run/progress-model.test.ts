import { describe, expect, it } from 'vitest';
import { ProgressModel } from '../../../../shared/run/progress-model.ts';
import type { RunEvent } from '../../../../shared/run/run-events.ts';
import { completes, eventAt, fails, handsOut, RECORDED_START, stepBegins } from '../../../helpers/recorded-run.ts';

const UNKNOWN = { memory_total: null, temperature: null, power: null };

function modelOf(events: readonly RunEvent[]): ProgressModel {
  const model = new ProgressModel();
  for (const event of events) model.apply(event);
  return model;
}

function viewAt(model: ProgressModel, seconds: number) {
  const view = model.view(RECORDED_START + seconds * 1000);
  if (view === null) throw new Error('nothing to see');
  return view;
}

describe('the progress model', () => {
  it('shows nothing before the first step', () => {
    expect(new ProgressModel().view(0)).toBeNull();
  });

  it('counts done and failed items, of each worker and of all', () => {
    const events = [
      ...stepBegins({ dispatch: 'queue', workers: 2, costs: [1, 1, 1, 1] }),
      ...handsOut(0, 0, [0]),
      ...handsOut(0, 1, [1]),
      completes(2, 0, 0),
      fails(4, 1, 1, true),
      ...handsOut(4, 0, [2]),
    ];
    const view = viewAt(modelOf(events), 4);
    expect(view).toMatchObject({ step: 1, steps: 1, name: 'embed', done: 2, failed: 1, total: 4, elapsed: 4 });
    expect(view.rate).toBeCloseTo(0.5);
    expect(view.workers).toMatchObject([
      { worker: 'worker_0', device: 'CPU slot 0', done: 1, failed: 0, total: 4, rate: 0.25, file: 'file-2.fa' },
      { worker: 'worker_1', device: 'CPU slot 1', done: 1, failed: 1, total: 4, file: null },
    ]);
  });

  it('expects of a queue worker its part of what waits, so that all bars are full at the end', () => {
    const begun = [
      ...stepBegins({ dispatch: 'queue', workers: 2, costs: [1, 1, 1, 1] }),
      ...handsOut(0, 0, [0]),
      ...handsOut(0, 1, [1]),
    ];
    expect(viewAt(modelOf(begun), 1).workers.map(({ done, expected }) => [done, expected])).toEqual([
      [0, 2],
      [0, 2],
    ]);
    const rest = [0, 2, 3].flatMap((item) => [...(item === 0 ? [] : handsOut(1, 0, [item])), completes(2, 0, item)]);
    const over = viewAt(modelOf([...begun, ...rest, completes(3, 1, 1)]), 4);
    expect(over.workers.map(({ done, expected }) => [done, expected])).toEqual([
      [3, 3],
      [1, 1],
    ]);
  });

  it('gives a list worker its share as total and an end of its own', () => {
    const events = [
      ...stepBegins({ dispatch: 'list', workers: 2, costs: [30, 10, 20] }),
      ...handsOut(0, 0, [0]),
      ...handsOut(0, 1, [2, 1]),
      completes(2, 1, 2, 2),
    ];
    const [first, second] = viewAt(modelOf(events), 2).workers;
    expect(first).toMatchObject({ done: 0, total: 1, rate: null, eta: null });
    // 20 of cost took 2 s, so 10 take 1 s.
    expect(second).toMatchObject({ done: 1, total: 2, rate: 0.5, eta: 1 });
  });

  it('forecasts the end by cost and not by the number of items', () => {
    const events = [
      ...stepBegins({ dispatch: 'queue', workers: 1, costs: [90, 10] }),
      ...handsOut(0, 0, [0]),
      completes(9, 0, 0, 9),
    ];
    expect(viewAt(modelOf(events), 9).eta).toBeCloseTo(1);
  });

  it('leaves out of its rates the time between an interruption and a resume', () => {
    const day = 86_400;
    const events = [
      ...stepBegins({ dispatch: 'queue', workers: 1, costs: [1, 1, 1, 1] }),
      ...handsOut(0, 0, [0]),
      completes(1, 0, 0),
      eventAt(day, { type: 'owner-taken', purpose: 'resume', pid: 200, host: 'box' }),
      eventAt(day, { type: 'step-started', step: 1, devices: [] }),
      ...handsOut(day, 0, [1]),
      completes(day + 2, 0, 1),
    ];
    const model = modelOf(events);
    const view = viewAt(model, day + 2);
    expect(view).toMatchObject({ done: 2, rate: 0.5, elapsed: 2 });
    // The item took nearly all of the two seconds.
    expect(view.eta).toBeCloseTo(4, 0);
    expect(model.sessionStarted).toBe(eventAt(day, { type: 'stop-requested', by: '', force: false }).time);
  });

  it('takes file, progress inside it and utilization from what is live', () => {
    const begun = [...stepBegins({ dispatch: 'queue', workers: 1, costs: [1] }), ...handsOut(0, 0, [0])];
    const model = modelOf(begun);
    model.setLive({
      workers: [{ step: 1, rank: 0, file: '/data/a.fa', done: 3, total: 4, on_device: true }],
      devices: [{ uuid: null, kind: 'cpu', index: 0, utilization: 55, memory_used: null, ...UNKNOWN }],
    });
    expect(viewAt(model, 1).workers[0]).toMatchObject({
      file: 'a.fa',
      fileShare: 0.75,
      utilization: 55,
      onDevice: true,
    });
    // The last word about a file stays until there is another one.
    model.apply(completes(2, 0, 0));
    expect(viewAt(model, 2).workers[0]).toMatchObject({ file: null, fileShare: null, onDevice: true });
  });
});
