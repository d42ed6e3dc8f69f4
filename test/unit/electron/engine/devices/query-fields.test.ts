import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DETECTION_FIELDS,
  parseGpuRow,
  SAMPLE_FIELDS,
  sampleOf,
  withoutRefusedField,
} from '../../../../../electron/engine/devices/nvidia-smi.ts';
import { recorded } from '../../../../helpers/stand-in-tools.ts';

describe('a row of the table of cards', () => {
  it('is read from every recorded machine', () => {
    for (const machine of ['one-rtx-4090', 'two-mixed', 'eight-h100', 'mig', 'gb10', 'every-unknown']) {
      const [, ...lines] = recorded('nvidia-smi', machine, 'query-gpu.csv').trimEnd().split('\n');
      for (const line of lines) expect(parseGpuRow(line, DETECTION_FIELDS)).not.toBeNull();
    }
  });

  it('has only unknown figures where the driver says so in any way it has', () => {
    const [, ...lines] = recorded('nvidia-smi', 'every-unknown', 'query-gpu.csv').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const row = parseGpuRow(line, DETECTION_FIELDS);
      expect(row && Object.values(sampleOf(row))).toEqual([null, null, null, null, null, null]);
    }
  });

  it('is not made of messages of the driver', () => {
    const messages = [
      'NVRM: Xid (PCI:0000:65:00): 79, pid=4121, name=python, GPU has fallen off the bus., a, b, c, d',
      'Unable to determine the device handle for GPU0: 0000:08:00.0: Unknown Error',
      recorded('nvidia-smi', 'driver-not-loaded', 'fail.txt'),
      '0, no uuid, name, 1, 2, 3, 4, 5, 6',
    ];
    for (const message of messages) expect(parseGpuRow(message, SAMPLE_FIELDS)).toBeNull();
  });

  it('never throws on any line, and its figures are numbers or unknown', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string().map((text) => `0, GPU-1f, card, ${text}, 1, 2, 3, 4, 5`),
    );
    const sane = fc.property(line, (text) => {
      const figures = Object.values(sampleOf(parseGpuRow(text, SAMPLE_FIELDS) ?? new Map()));
      return figures.every((figure) => figure === null || Number.isFinite(figure));
    });
    expect(() => fc.assert(sane)).not.toThrow();
  });
});

describe('a field that the driver does not know', () => {
  it('is left out of the next question', () => {
    const said = 'Field "mig.mode.current" is not a valid field to query.\n\n';
    expect(withoutRefusedField(['index', 'mig.mode.current'], said)).toEqual(['index']);
  });

  it('ends the asking when no device can be named without it, or it was not asked for', () => {
    expect(withoutRefusedField(['index', 'uuid'], 'Field "uuid" is not a valid field to query.')).toBeNull();
    expect(withoutRefusedField(['index'], 'Field "name2" is not a valid field to query.')).toBeNull();
    expect(withoutRefusedField(['index'], 'No devices were found')).toBeNull();
  });
});
