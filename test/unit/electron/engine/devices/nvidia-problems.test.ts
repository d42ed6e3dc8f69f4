import { describe, expect, it } from 'vitest';
import {
  nvidiaFigureProblem,
  nvidiaLineProblem,
  nvidiaProblem,
} from '../../../../../electron/engine/devices/nvidia-problems.ts';
import type { ToolAnswer } from '../../../../../electron/engine/devices/run-tool.ts';

function failed(output: string): ToolAnswer {
  return { kind: 'failed', stdout: output, output, ending: 'exit status 255' };
}

describe('what nvidia-smi says instead of devices', () => {
  it.each([
    ['Failed to initialize NVML: Driver/library version mismatch', 'restart the machine'],
    ['Failed to initialize NVML: Unknown Error', 'In a container'],
    ['No devices were found', 'seated'],
    ['Segmentation fault', 'exit status 255'],
    ['', 'printed nothing'],
  ])('"%s" becomes a sentence that says what to do', (output, advice) => {
    expect(nvidiaProblem(failed(output))).toContain(advice);
  });

  it('is no problem where the tool is not installed', () => {
    expect(nvidiaProblem({ kind: 'missing' })).toBeNull();
  });
});

describe('a line between the rows', () => {
  it('is told when it is an Xid message, a lost card or a known error, and skipped else', () => {
    expect(nvidiaLineProblem('NVRM: Xid (PCI:0000:65:00): 79, GPU has fallen off the bus.')).toContain('79');
    expect(nvidiaLineProblem('Unable to determine the device handle for GPU0: Unknown Error')).toContain('GPU0');
    expect(nvidiaLineProblem('timestamp, utilization')).toBeNull();
  });

  it.each([
    '1, [Unknown Error], [Unknown Error], [Unknown Error]',
    '1, ERR!, ERR!, ERR!',
    '1, [GPU requires reset], [GPU requires reset]',
    '1, No data, No data',
    '[Unknown Error], GPU-1aaaaaaa-0000-0000-0000-000000000001, 00000000:01:00.0, NVIDIA A100',
    'WARNING: infoROM is corrupted at gpu 0000:65:00.0',
  ])('is told when it names a card and cannot be read: %s', (line) => {
    expect(nvidiaLineProblem(line)).toContain(line);
  });

  it('is told of a card whose figures are errors, and not of one that lacks some', () => {
    expect(nvidiaFigureProblem(1, 'A100', ['1', 'GPU-1', '[Unknown Error]', '40 W'])).toContain('GPU 1 (A100)');
    expect(nvidiaFigureProblem(1, 'A100', ['[N/A]', '[Not Supported]', '0', 'Disabled'])).toBeNull();
  });
});
