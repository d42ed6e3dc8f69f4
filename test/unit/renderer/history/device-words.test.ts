import { expect, test } from 'vitest';
import { deviceWords } from '../../../../renderer/history/device-words.ts';

test('devices are told by their number and model', () => {
  expect(deviceWords([])).toBe('');
  expect(deviceWords([{ kind: 'cpu', name: 'AMD EPYC', count: 4 }])).toBe('4 CPU slots');
  expect(deviceWords([{ kind: 'cpu', name: 'AMD EPYC', count: 1 }])).toBe('1 CPU slot');
  const mixed = [
    { kind: 'nvidia' as const, name: 'NVIDIA GeForce RTX 4090', count: 2 },
    { kind: 'nvidia' as const, name: 'NVIDIA H100 80GB HBM3', count: 1 },
  ];
  expect(deviceWords(mixed)).toBe('2 × RTX 4090, H100 80GB HBM3');
});
