import type { Signature } from './signature.ts';

/** Memory that ran out: of the device, of the machine, of what processes share. */
export const MEMORY_SIGNATURES: readonly Signature[] = [
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern: /\b(CUDA|HIP|XPU|MPS backend|GPU|CUDA error:) out of memory|Cuda failure.*out of memory/i,
    examples: [
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB of which 11.06 MiB is free.',
      'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.70 GiB. GPU 0 has a total capacty of 6.00 GiB of which 0 bytes is free.',
      'RuntimeError: CUDA out of memory. Tried to allocate 264.00 MiB (GPU 0; 2.00 GiB total capacity; 788.51 MiB already allocated; 145.93 MiB free; 1.02 GiB reserved in total by PyTorch)',
      'torch.OutOfMemoryError: HIP out of memory. Tried to allocate 4.00 GiB. GPU 0 has a total capacity of 15.98 GiB of which 2.1 GiB is free.',
      'RuntimeError: MPS backend out of memory (MPS allocated: 17.92 GiB, other allocations: 384.00 KiB, max allowed: 18.13 GiB).',
      'torch.AcceleratorError: CUDA error: out of memory',
    ],
  },
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern:
      /CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|hipErrorOutOfMemory|UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY/,
    examples: [
      'pycuda._driver.MemoryError: cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY: out of memory',
      'cupy_backends.cuda.api.runtime.CUDARuntimeError: cudaErrorMemoryAllocation: out of memory',
      'hipErrorOutOfMemory at allocation of 4294967296 bytes',
      'RuntimeError: level_zero backend failed with error: 39 (UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY)',
    ],
  },
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern:
      /(CUBLAS|CUDNN|CUSOLVER|CUFFT)_STATUS_(ALLOC_FAILED|NOT_INITIALIZED|INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED)/,
    examples: [
      'RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`',
      'RuntimeError: CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`',
      'RuntimeError: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED',
    ],
    advice:
      'The maths library found no device memory for itself: lower the batch size or the number of workers per device.',
  },
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern:
      /RESOURCE_EXHAUSTED: (Out of memory|Failed to allocate)|OOM when allocating tensor|BFCAllocator.*ran out of memory/i,
    examples: [
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes.',
      'ResourceExhaustedError: OOM when allocating tensor with shape[32,512,768] and type float on /device:GPU:0 by allocator GPU_0_bfc',
    ],
  },
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern:
      /No available memory for the cache blocks|is larger than the maximum number of tokens that can be stored in KV cache/,
    examples: [
      'ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.',
      "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (61328).",
    ],
    advice:
      'The model leaves too little device memory for its cache: lower its maximum length, or give it a larger share of the device.',
  },
  {
    reason: 'cuda-out-of-memory',
    hint: true,
    pattern:
      /Free memory on device .* is less than desired GPU memory utilization|ggml_(cuda|hip)\w*.*out of memory|failed to allocate (CUDA|ROCm|Vulkan)\d* buffer|cudaMalloc failed: out of memory/i,
    examples: [
      'ValueError: Free memory on device (11.2/23.65 GiB) on startup is less than desired GPU memory utilization (0.9, 21.28 GiB).',
      'ggml_backend_cuda_buffer_type_alloc_buffer: allocating 7605.33 MiB on device 0: cudaMalloc failed: out of memory',
    ],
    advice:
      'Another process holds the device’s memory, or the model is too large for it; "drover devices" shows who holds what.',
  },
  {
    reason: 'shared-memory',
    pattern:
      /insufficient shared memory \(shm\)|DataLoader worker \(pid.*\) is killed by signal: Bus error|unable to (mmap|open|write) .*shared memory|\/dev\/shm.*No space left/i,
    examples: [
      'ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).',
      "RuntimeError: DataLoader worker (pid 4711) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory.",
      'RuntimeError: unable to write to file </torch_120_1>: unable to mmap 64 bytes of shared memory',
    ],
  },
  {
    reason: 'host-out-of-memory',
    pattern: /DefaultCPUAllocator: (can't|not enough) |DataLoader worker \(pid.*\) is killed by signal: Killed/,
    examples: [
      "RuntimeError: [enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory: you tried to allocate 68719476736 bytes.",
      'RuntimeError: DataLoader worker (pid 4711) is killed by signal: Killed.',
    ],
  },
  {
    reason: 'host-out-of-memory',
    pattern:
      /\bMemoryError\b|std::bad_alloc|Cannot allocate memory|JavaScript heap out of memory|java\.lang\.OutOfMemoryError|Unable to allocate [\d.]+ [KMGT]iB for an array/,
    examples: [
      'MemoryError',
      'numpy.core._exceptions._ArrayMemoryError: Unable to allocate 74.5 GiB for an array with shape (100000, 100000) and data type float64',
      "terminate called after throwing an instance of 'std::bad_alloc'",
      'OSError: [Errno 12] Cannot allocate memory',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    ],
  },
];
