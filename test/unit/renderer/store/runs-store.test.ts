import { describe, expect, it } from 'vitest';
import { askSizes, keepRunsFresh, refreshRuns, useRuns } from '../../../../renderer/store/runs-store.ts';
import type { EngineClient } from '../../../../shared/contract/engine-client.ts';
import { problem } from '../../../../shared/problem.ts';
import { err, ok } from '../../../../shared/result.ts';

const REFUSAL = problem('invalid-usage', 'This client has gone.', 'Connect again.');

/** An engine without runs, but for what it refuses. */
function engineThat(refuses: Partial<EngineClient>): EngineClient {
  const client: Partial<EngineClient> = {
    subscribe: () => () => undefined,
    watchRuns: async () => ok(undefined),
    unwatchRuns: async () => ok(undefined),
    unreadableRuns: async () => ok(null),
    runSizes: async () => ok([]),
    ...refuses,
  };
  return client as EngineClient;
}

describe('the list of runs', () => {
  it('that the engine refuses is known as refused, until it is told again', async () => {
    await refreshRuns(engineThat({ watchRuns: async () => err(REFUSAL) }));
    expect(useRuns.getState()).toMatchObject({ loaded: true, refusal: REFUSAL });
    await refreshRuns(engineThat({}));
    expect(useRuns.getState().refusal).toBeNull();
  });

  it('may lack runs where the engine does not tell which folders cannot be read', async () => {
    const asked = Promise.withResolvers<void>();
    const end = keepRunsFresh(
      engineThat({
        async unreadableRuns() {
          setImmediate(asked.resolve);
          return err(REFUSAL);
        },
      }),
    );
    await asked.promise;
    expect(useRuns.getState().unseen).toEqual(REFUSAL);
    end();
  });

  it('says why sizes are not known', async () => {
    await askSizes(engineThat({ runSizes: async () => err(REFUSAL) }), ['20261121-051500-123-k3f9']);
    expect(useRuns.getState().unmeasured).toEqual(REFUSAL);
    await askSizes(engineThat({}), ['20261121-051500-123-k3f9']);
    expect(useRuns.getState().unmeasured).toBeNull();
  });

  it('stays as it is when the connection is lost meanwhile', async () => {
    const before = useRuns.getState();
    const lost = async (): Promise<never> => Promise.reject(new Error('closed'));
    await refreshRuns(engineThat({ watchRuns: lost }));
    await askSizes(engineThat({ runSizes: lost }), []);
    expect(useRuns.getState()).toBe(before);
  });
});
