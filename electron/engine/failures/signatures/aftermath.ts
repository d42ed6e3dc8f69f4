import type { Aftermath } from './signature.ts';

/** Lines that follow an earlier error, in this process or in one that it computes with. */
export const AFTERMATH: readonly Aftermath[] = [
  {
    reason: 'peer-failed',
    pattern:
      /Watchdog caught collective operation timeout|watchdog thread terminated with exception|DistBackendError|ncclUnhandledCudaError|ncclSystemError|ncclRemoteError|ncclInternalError|NCCL error|ProcessGroupNCCL.*(abort|shutdown|exception)|Some NCCL operations have failed or timed out|RCCL error|Connection closed by (remote )?peer|\[Gloo\].*failed|TCPStore.*(failed|Broken pipe)/i,
    examples: [
      '[rank3]:[E ProcessGroupNCCL.cpp:632] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4, OpType=BROADCAST, Timeout(ms)=1800000)',
      '  what():  [PG ID 0 Rank 3] Process group watchdog thread terminated with exception: NCCL error',
      'torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1333, unhandled cuda error',
      'ncclRemoteError: A call failed possibly due to a network error or a remote process exiting prematurely.',
    ],
  },
  {
    reason: 'peer-failed',
    pattern:
      /ChildFailedError|ProcessRaisedException|ProcessExitedException|Sending process \d+ closing signal SIGTERM|Root Cause \(first observed failure\)/,
    examples: [
      'torch.distributed.elastic.multiprocessing.errors.ChildFailedError:',
      'W1121 05:15:00.000 api.py:897] Sending process 4711 closing signal SIGTERM',
    ],
  },
  {
    reason: null,
    pattern:
      /kernel errors might be asynchronously reported|For debugging consider passing (CUDA_LAUNCH_BLOCKING|AMD_SERIALIZE_KERNEL)|Compile with `TORCH_USE_(CUDA|HIP)_DSA`|terminate called|core dumped|Exception ignored in|resource_tracker: There appear to be|Fatal Python error: Aborted|BrokenPipeError|Broken pipe|Exception in thread|Aborted$|^\s*what\(\): /,
    examples: [
      'CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.',
      "terminate called after throwing an instance of 'c10::Error'",
      'Aborted (core dumped)',
      'Exception ignored in: <function Model.__del__ at 0x7f8e5c0b1d30>',
      'BrokenPipeError: [Errno 32] Broken pipe',
    ],
  },
  {
    reason: null,
    pattern: /(CUDA|HIP) error: |CUDA_ERROR_|cudaError[A-Z]/,
    examples: [
      'RuntimeError: CUDA error: operation not permitted when stream is capturing',
      'CUDA_ERROR_DEINITIALIZED',
    ],
  },
];
