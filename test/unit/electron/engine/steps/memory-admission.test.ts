import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admissionRefusal, stillReserved } from '../../../../../electron/engine/steps/memory-admission.ts';

const GIB = 1024 ** 3;
const question = { label: 'GPU 0', needed: 8 * GIB, free: 10 * GIB, reserved: 0, strangers: [] };

describe('a start on a device', () => {
  it('is allowed where the memory is free, or nobody knows, or none is asked for', () => {
    expect(admissionRefusal(question)).toBeNull();
    expect(admissionRefusal({ ...question, free: null })).toBeNull();
    expect(admissionRefusal({ ...question, needed: 0, free: 0 })).toBeNull();
  });

  it('waits for memory that others hold, and names them', () => {
    const strangers = [{ pid: 90211, name: 'python', memory_used: 18 * GIB }];
    expect(admissionRefusal({ ...question, free: 5.5 * GIB, strangers })).toBe(
      'GPU 0 has 5.5 GiB of memory free; 8.0 GiB are needed; others hold: python (process 90211) 18.0 GiB',
    );
  });

  it('waits for memory that is kept for workers that are loading', () => {
    expect(admissionRefusal({ ...question, free: 12 * GIB, reserved: 8 * GIB })).toBe(
      'GPU 0 has 12.0 GiB of memory free, of which 8.0 GiB are kept for workers that are loading; 8.0 GiB are needed',
    );
  });
});

it('what a worker has allocated is kept for it no more', () => {
  expect([0, 3, 8, 20].map((used) => stillReserved(8, used))).toEqual([8, 5, 0, 0]);
});

it('all workers that are let in find their memory, in whatever order they allocate', () => {
  const arrivals = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(
      arrivals,
      fc.integer({ min: 1, max: 100 }),
      fc.array(fc.nat({ max: 40 })),
      (needs, total, allocations) => {
        const workers: { needed: number; used: number }[] = [];
        needs.forEach((needed, index) => {
          const free = total - workers.reduce((sum, { used }) => sum + used, 0);
          const reserved = workers.reduce((sum, worker) => sum + stillReserved(worker.needed, worker.used), 0);
          if (admissionRefusal({ ...question, needed, free, reserved }) === null) workers.push({ needed, used: 0 });
          for (const worker of workers.slice(index % 3))
            worker.used = Math.min(worker.needed, worker.used + (allocations[index] ?? 1));
        });
        expect(workers.reduce((sum, { needed }) => sum + needed, 0)).toBeLessThanOrEqual(total);
      },
    ),
  );
});
