import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runTogether } from '../../../../../electron/engine/steps/step-run.ts';

test('all parts are waited for', async () => {
  const ended: string[] = [];
  const part = async (name: string): Promise<void> => {
    await setImmediate();
    ended.push(name);
  };
  await runTogether([part('a'), part('b')], () => ended.push('failure'));
  expect(ended).toEqual(['a', 'b']);
});

test('when one fails the others are told, waited for, and the first error is thrown', async () => {
  const stop = Promise.withResolvers<void>();
  const said: string[] = [];
  const patient = stop.promise.then(() => said.push('ended')).then(() => undefined);
  const failing = Promise.reject(new Error('disk fails'));
  await expect(
    runTogether([patient, failing], () => {
      said.push('told');
      stop.resolve();
    }),
  ).rejects.toThrow('disk fails');
  expect(said).toEqual(['told', 'ended']);
});
