import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseAfter, RestartPolicy } from '../../../../../electron/engine/steps/restart-policy.ts';

const TIMES = { firstMs: 1_000, longestMs: 60_000, healthyMs: 60_000, giveUpAfter: 3 };
const vain = { ranMs: 100, madeProgress: false };

function pauses(outcomes: readonly { ranMs: number; madeProgress: boolean }[], times = TIMES): number[] {
  const policy = new RestartPolicy(times);
  return outcomes.map((outcome) => {
    policy.ended(outcome);
    return policy.pauseMs;
  });
}

describe('the pause before a restart', () => {
  it('doubles with every start in vain, up to the longest', () => {
    const many = { ...TIMES, giveUpAfter: 99 };
    expect(
      pauses(
        Array.from({ length: 9 }, () => vain),
        many,
      ),
    ).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('is none after a start that got as far as an item', () => {
    expect(pauses([vain, vain, { ranMs: 100, madeProgress: true }, vain])).toEqual([1_000, 2_000, 0, 1_000]);
  });

  it('is the first again after a healthy spell, whose start counts as one in vain all the same', () => {
    const policy = new RestartPolicy(TIMES);
    policy.ended(vain);
    policy.ended({ ranMs: 60_000, madeProgress: false });
    expect([policy.pauseMs, policy.failedStarts, policy.isEnough()]).toEqual([1_000, 2, false]);
    policy.ended({ ranMs: 60_000, madeProgress: false });
    expect(policy.isEnough()).toBe(true);
  });
});

it('a device that came back has one start', () => {
  const policy = new RestartPolicy(TIMES);
  for (const outcome of [vain, vain, vain]) policy.ended(outcome);
  policy.onProbation();
  expect(policy.isEnough()).toBe(false);
  policy.ended(vain);
  expect(policy.isEnough()).toBe(true);
});

it('a pause is never longer than the longest nor shorter after more failures', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 5_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      (failures, firstMs, longestMs) => {
        const [one, more] = [failures, failures + 1].map((count) => pauseAfter(count, { firstMs, longestMs }));
        expect(one ?? 0).toBeLessThanOrEqual(more ?? 0);
        expect(more ?? 0).toBeLessThanOrEqual(longestMs);
      },
    ),
  );
});
