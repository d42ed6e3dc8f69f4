import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from '../../../../renderer/store/route.ts';

const run = '20261121-051500-123-k3f9';

describe('the address', () => {
  it.each<Route>([
    { page: 'home' },
    { page: 'new' },
    { page: 'history' },
    { page: 'run', run, step: null, tab: null },
    { page: 'run', run, step: 2, tab: null },
    { page: 'run', run, step: null, tab: 'items' },
    { page: 'run', run, step: 12, tab: 'worker_15' },
  ])('comes back to %j', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it.each(['', '#', '#/elsewhere', '#/run', '#/run/../../etc', `#/run/${run}x`])('leads home from %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'home' });
  });

  it('ignores a step and a tab that cannot be', () => {
    expect(parseRoute(`#/run/${run}/0/<b>`)).toEqual({ page: 'run', run, step: null, tab: null });
  });
});
