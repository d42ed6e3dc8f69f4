import { describe, expect, it } from 'vitest';
import {
  admissionRefusal,
  keptFor,
  UNSEEN_RESERVATION_MS,
} from '../../../../../electron/engine/devices/free-memory.ts';

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

describe('what is kept for a worker', () => {
  const one = { needed: 8, since: 1_000, settledAt: null };
  const shown = { begun: 2_000, shown: 0, seesProcesses: true };

  it('becomes less with what an answer shows it to hold', () => {
    expect([0, 3, 8, 20].map((bytes) => keptFor(one, { ...shown, shown: bytes }))).toEqual([8, 5, 0, 0]);
  });

  it('is kept in the eyes of an answer that was asked for before the worker had it', () => {
    const settled = { ...one, settledAt: 3_000 };
    expect(keptFor(settled, shown)).toBe(8);
    expect(keptFor(settled, { ...shown, begun: 3_001 })).toBe(0);
  });

  it('is kept as long as the worker loads where its processes are seen, and else for a while', () => {
    const late = { ...shown, begun: 1_000 + UNSEEN_RESERVATION_MS + 1 };
    expect(keptFor(one, late)).toBe(8);
    expect(keptFor(one, { ...late, seesProcesses: false })).toBe(0);
  });
});
