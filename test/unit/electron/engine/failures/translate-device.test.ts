import { describe, expect, it } from 'vitest';
import { adviseOnMemory } from '../../../../../electron/engine/failures/find-cause.ts';
import { nameDevice } from '../../../../../electron/engine/failures/translate-device.ts';

const GPU_2 = { kind: 'nvidia' as const, index: 2, uuid: 'GPU-2', name: 'NVIDIA H100' };
const seen = { device: GPU_2, mask: undefined };
const OOM = 'CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB';

describe('the device in a message', () => {
  it.each([
    [OOM, 'GPU 2 (number 0 of the program): '],
    ["RuntimeError: CUDA error on device 'cuda:0'", 'GPU 2 (number 0 of the program): '],
    ['RuntimeError: CUDA error: device-side assert triggered', 'GPU 2: '],
    // A number that the worker cannot see is left as it is.
    ['CUDA out of memory on cuda:3', ''],
  ])('%s', (line, before) => {
    expect(nameDevice(line, 'cuda-out-of-memory', seen)).toBe(`${before}${line}`);
  });

  it('is the one of the same number where they agree', () => {
    expect(nameDevice(OOM, 'cuda-out-of-memory', { ...seen, device: { ...GPU_2, index: 0 } })).toBe(`GPU 0: ${OOM}`);
  });

  it('is looked up in the mask that a step sets itself', () => {
    expect(nameDevice('OOM on cuda:1', 'cuda-out-of-memory', { device: GPU_2, mask: '4, 5' })).toBe(
      'GPU 5 (number 1 of the program): OOM on cuda:1',
    );
    expect(nameDevice('OOM on cuda:1', 'cuda-out-of-memory', { device: GPU_2, mask: 'GPU-a,MIG-b' })).toBe(
      'device MIG-b (number 1 of the program): OOM on cuda:1',
    );
  });

  it('stays out of what is not about devices, and of work on processors', () => {
    expect(nameDevice(OOM, 'missing-module', seen)).toBe(OOM);
    expect(nameDevice(OOM, 'cuda-out-of-memory', { device: { ...GPU_2, kind: 'cpu' }, mask: undefined })).toBe(OOM);
  });
});

describe('the advice on a lack of device memory', () => {
  it('names the strangers that hold it', () => {
    expect(
      adviseOnMemory(`${OOM}. Process 4711 has 20.11 GiB memory in use. Process 4712 has 1.00 GiB memory in use.`),
    ).toContain('Beside this worker process 4711 holds 20.11 GiB, process 4712 holds 1.00 GiB of the device.');
  });

  it('says when there would be enough in one piece', () => {
    const scattered = `${OOM}. Of the allocated memory 12 GiB is allocated by PyTorch, and 3.10 GiB is reserved by PyTorch but unallocated.`;
    expect(adviseOnMemory(scattered)).toContain('expandable_segments:True');
    expect(adviseOnMemory(scattered.replace('3.10 GiB', '900.00 MiB'))).not.toContain('expandable_segments');
  });
});
