import { describe, expect, it } from 'vitest';
import { cpuUtilization, parseProcStat } from '../../../../../electron/engine/devices/host-device.ts';

describe('the load of the processor', () => {
  it('counts waiting for disks as idle and guests only once', () => {
    expect(parseProcStat('cpu  100 10 50 800 40 0 0 0 30 0\ncpu0 …')).toEqual({ busy: 160, total: 1000 });
  });

  it('is the busy share between two readings', () => {
    expect(cpuUtilization({ busy: 100, total: 1000 }, { busy: 175, total: 1100 })).toBe(75);
  });

  it('is unknown when no time has passed, and within 0 to 100 else', () => {
    expect(cpuUtilization({ busy: 1, total: 10 }, { busy: 1, total: 10 })).toBeNull();
    expect(cpuUtilization({ busy: 50, total: 100 }, { busy: 40, total: 110 })).toBe(0);
  });

  it('is not read from a text of another form', () => {
    expect(parseProcStat('intr 12 3')).toBeNull();
  });
});
