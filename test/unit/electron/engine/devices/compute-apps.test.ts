import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseComputeApp } from '../../../../../electron/engine/devices/nvidia-smi.ts';

describe('a process on a device', () => {
  it('has its memory in bytes and keeps the commas of its name', () => {
    expect(parseComputeApp('90211, GPU-1f, 18214, python a, b')).toEqual({
      pid: 90211,
      uuid: 'GPU-1f',
      memory: 18214 * 1024 * 1024,
      name: 'python a, b',
    });
  });

  it('has null for what the driver does not tell', () => {
    expect(parseComputeApp('79, GPU-1f, [N/A], [Not Found]')).toEqual({
      pid: 79,
      uuid: 'GPU-1f',
      memory: null,
      name: null,
    });
  });

  it('is not read from other lines', () => {
    expect(parseComputeApp('No running processes found')).toBeNull();
    expect(parseComputeApp('[N/A], GPU-1f, 1, a')).toBeNull();
    const none = fc.property(fc.string(), (line) => parseComputeApp(`x${line}`) === null);
    expect(() => fc.assert(none)).not.toThrow();
  });
});
