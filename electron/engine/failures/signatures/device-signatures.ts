import type { Signature } from './signature.ts';

/** Devices that are gone, broken, taken, or that the program's libraries cannot use. */
export const DEVICE_SIGNATURES: readonly Signature[] = [
  {
    reason: 'device-lost',
    pattern:
      /GPU is lost|fallen off the bus|cudaErrorDevicesUnavailable|device is lost|hipErrorNoDevice\b|CUDA error: device (not ready|lost)/i,
    examples: [
      'Unable to determine the device handle for GPU0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU',
      'NVRM: Xid (PCI:0000:3b:00): 79, pid=4711, name=python, GPU has fallen off the bus.',
    ],
  },
  {
    reason: 'device-fault',
    pattern:
      /uncorrectable (NVLink|ECC) error|cudaErrorECCUncorrectable|hardware (exception|stack error)|cudaErrorHardwareStackError|GPU Hang|HW Exception by GPU/i,
    examples: [
      'RuntimeError: CUDA error: uncorrectable ECC error encountered',
      'HW Exception by GPU node-1 (Agent handle: 0x55d0) reason :GPU Hang',
    ],
  },
  {
    reason: 'device-busy',
    pattern:
      /all CUDA-capable devices are busy or unavailable|CUDA error: exclusive-thread device already in use|device\(s\) is\/are busy or unavailable/i,
    examples: [
      'RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable',
      'torch.AcceleratorError: CUDA error: CUDA-capable device(s) is/are busy or unavailable',
    ],
  },
  {
    reason: 'invalid-device',
    pattern:
      /CUDA error: invalid device ordinal|HIP error: invalid device ordinal|Invalid device id|device_id=\d+ is out of range|CUDA_ERROR_INVALID_DEVICE/i,
    examples: [
      'RuntimeError: CUDA error: invalid device ordinal',
      'AssertionError: Invalid device id',
      'torch.AcceleratorError: HIP error: invalid device ordinal',
    ],
  },
  {
    reason: 'driver-mismatch',
    hint: true,
    pattern:
      /Driver\/library version mismatch|NVIDIA driver on your system is too old|driver version is insufficient for CUDA runtime|forward compatibility was attempted on non.supported HW|unsupported display driver \/ cuda driver combination|provided PTX was compiled with an unsupported toolchain/i,
    examples: [
      'Failed to initialize NVML: Driver/library version mismatch',
      'RuntimeError: The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver.',
      'CUDA driver version is insufficient for CUDA runtime version',
      'RuntimeError: CUDA error: forward compatibility was attempted on non supported HW',
      'RuntimeError: CUDA error: the provided PTX was compiled with an unsupported toolchain.',
    ],
  },
  {
    reason: 'unsupported-device',
    hint: true,
    pattern:
      /no kernel image is available for execution|is not compatible with the current PyTorch installation|HIP error: invalid device function|CUDA error: invalid device function|hipErrorNoBinaryForGpu|hipErrorInvalidDeviceFunction|only supports (Ampere|Hopper|Turing) GPUs or newer|requires device with capability|Bfloat16 is only supported on GPUs with compute capability/i,
    examples: [
      'RuntimeError: CUDA error: no kernel image is available for execution on the device',
      'NVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the current PyTorch installation.',
      'RuntimeError: HIP error: invalid device function',
      '"hipErrorNoBinaryForGpu: Unable to find code object for all current devices!"',
      'RuntimeError: FlashAttention only supports Ampere GPUs or newer.',
    ],
  },
  {
    reason: 'poisoned-context',
    pattern:
      /device-side assert triggered|an illegal memory access was encountered|: block: \[\d+,\d+,\d+\], thread: \[\d+,\d+,\d+\] Assertion/,
    examples: [
      'RuntimeError: CUDA error: device-side assert triggered',
      'torch.AcceleratorError: CUDA error: an illegal memory access was encountered',
      '../aten/src/ATen/native/cuda/Indexing.cu:1292: indexSelectLargeIndex: block: [12,0,0], thread: [31,0,0] Assertion `srcIndex < srcSelectDimSize` failed.',
    ],
    advice:
      'An index on the device was out of range, mostly an over-long sequence or a word unknown to the model; look at this item, or run it alone with CUDA_LAUNCH_BLOCKING=1.',
  },
  {
    reason: 'poisoned-context',
    pattern:
      /CUDA error: (unspecified launch failure|misaligned address|an illegal instruction was encountered|invalid program counter|the launch timed out|unknown error)|CUDA_ERROR_(ILLEGAL_ADDRESS|LAUNCH_FAILED|ASSERT|MISALIGNED_ADDRESS)|HIP error: unspecified launch failure|Memory access fault by GPU node|HSA_STATUS_ERROR_(EXCEPTION|MEMORY_APERTURE_VIOLATION)|CUBLAS_STATUS_EXECUTION_FAILED/,
    examples: [
      'RuntimeError: CUDA error: unspecified launch failure',
      'RuntimeError: CUDA error: misaligned address',
      'Memory access fault by GPU node-2 (Agent handle: 0x5640a8bb1980) on address 0x7feea09c5000. Reason: Page not present or supervisor privilege.',
      'RuntimeError: CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa, opb)`',
    ],
  },
  {
    reason: 'cuda-not-available',
    hint: true,
    pattern:
      /Torch not compiled with CUDA enabled|Found no NVIDIA driver on your system|no CUDA-capable device is detected|No CUDA GPUs are available|No HIP GPUs are available|torch\.cuda\.is_available\(\) is False|CUDA is not available|libcuda\.so(\.\d+)?: cannot open shared object|CUDA driver initialization failed|Failed to infer device type|no ROCm-capable device is detected/i,
    examples: [
      'AssertionError: Torch not compiled with CUDA enabled',
      'RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver.',
      'RuntimeError: No CUDA GPUs are available',
      'RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.',
      'OSError: libcuda.so.1: cannot open shared object file: No such file or directory',
      'RuntimeError: CUDA error: no CUDA-capable device is detected',
    ],
  },
];
