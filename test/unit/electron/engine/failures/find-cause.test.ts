import { describe, expect, it } from 'vitest';
import { findCause } from '../../../../../electron/engine/failures/find-cause.ts';

const OOM =
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB';
const ASSERT = 'RuntimeError: CUDA error: device-side assert triggered';
const TRACE = 'Traceback (most recent call last):\n  File "embed.py", line 9, in <module>\n    main()\n';

function reason(text: string): string | undefined {
  return findCause(text).cause?.reason;
}

describe('the cause', () => {
  it('is the earliest; what follows from it stands apart', () => {
    const found = findCause(
      `${TRACE}${ASSERT}\nCUDA kernel errors might be asynchronously reported at some other API call\n${TRACE}RuntimeError: CUDA error: unspecified launch failure\nterminate called after throwing an instance of 'c10::Error'\n`,
    );
    expect(found.cause).toMatchObject({ reason: 'poisoned-context', line: ASSERT });
    expect(found.collateral).toHaveLength(3);
    expect(found.survived).toEqual([]);
  });

  it('is another rank’s lack of memory, not the collective that waited for it, whichever is printed first', () => {
    const nccl =
      '[rank1]:[E ProcessGroupNCCL.cpp:632] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4)';
    expect(findCause(`[rank0]: ${OOM}\n${nccl}\n`)).toMatchObject({
      cause: { reason: 'cuda-out-of-memory' },
      collateral: [nccl],
    });
    expect(reason(`${nccl}\n[rank0]: ${OOM}\n`)).toBe('cuda-out-of-memory');
    expect(reason(`${nccl}\n`)).toBe('peer-failed');
  });

  it('is not an error that the program caught before it failed from something else', () => {
    const found = findCause(
      `${OOM}\nbatch 1 of 7 done\nbatch 2 of 7 done\n${TRACE}OSError: [Errno 28] No space left on device\n`,
    );
    expect(found.cause?.reason).toBe('disk-full');
    expect(found.survived).toMatchObject([{ reason: 'cuda-out-of-memory' }]);
  });

  it('is the error that a handler could not mend, when nothing was printed in between', () => {
    const chained = `${TRACE}${OOM}\n\nDuring handling of the above exception, another exception occurred:\n\n${TRACE}KeyError: 'batch'\n`;
    expect(reason(chained)).toBe('cuda-out-of-memory');
  });

  it('is not one that says itself that it was caught', () => {
    const found = findCause(`WARNING: CUDA out of memory, retrying with batch size 4\ndone with a\nfailed at b\n`);
    expect(found.cause).toBeNull();
    expect(found.survived).toMatchObject([{ reason: 'cuda-out-of-memory' }]);
    expect(reason('Failed (CUDA out of memory) on sequence sp|P1|X of length 9000\nnext\n')).toBeUndefined();
  });

  it('is one that says so when it is the last word all the same', () => {
    expect(reason('CUDA out of memory, retrying\n')).toBe('cuda-out-of-memory');
  });

  it('is an exception without a signature where a survived error came before it', () => {
    const found = findCause(`${OOM}\nbatch 2 done\n${TRACE}ValueError: no such layer\n`);
    expect(found).toMatchObject({ cause: null, exception: 'ValueError: no such layer' });
    expect(found.survived).toHaveLength(1);
  });

  it('is read from lines that end by carriage returns', () => {
    expect(reason(`10 %\r20 %\r${OOM}\r\n`)).toBe('cuda-out-of-memory');
  });
});

it('an exception that nothing is known of is told as it is', () => {
  expect(findCause(`${TRACE}embed.errors.HeaderError: no header\n`)).toMatchObject({
    cause: null,
    exception: 'embed.errors.HeaderError: no header',
  });
});
