import type { FailureReason } from '../../../shared/failure.ts';

/** A wording by which a log line gives away why a program failed. */
interface Signature {
  pattern: RegExp;
  reason: FailureReason;
}

/**
 * Wordings of PyTorch, CUDA, ROCm, Intel, JAX, vLLM, Python and the C library, as programs print them. The first that fits a line counts,
 * so the special ones stand before the general ones.
 */
const SIGNATURES: readonly Signature[] = [
  {
    pattern: /(CUDA|HIP) out of memory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED/,
    reason: 'cuda-out-of-memory',
  },
  { pattern: /UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY|RESOURCE_EXHAUSTED: Out of memory/, reason: 'cuda-out-of-memory' },
  { pattern: /No available memory for the cache blocks/, reason: 'cuda-out-of-memory' },
  { pattern: /device-side assert triggered|an illegal memory access was encountered/, reason: 'poisoned-context' },
  { pattern: /CUDA error: (unspecified launch failure|misaligned address)/, reason: 'poisoned-context' },
  { pattern: /GPU is lost|fallen off the bus|no CUDA-capable device is detected/, reason: 'device-lost' },
  { pattern: /ModuleNotFoundError: No module named|ImportError: cannot import name/, reason: 'missing-module' },
  { pattern: /ERR_MODULE_NOT_FOUND|Cannot find (module|package) '/, reason: 'missing-module' },
  { pattern: /No space left on device|ENOSPC/, reason: 'disk-full' },
  {
    pattern: /\bMemoryError\b|std::bad_alloc|Cannot allocate memory|JavaScript heap out of memory/,
    reason: 'host-out-of-memory',
  },
];

export interface Sign {
  reason: FailureReason;
  /** The whole line, trimmed. */
  line: string;
}

/** The earliest line that gives a cause away; later ones are mostly consequences. */
export function findSignature(text: string): Sign | null {
  for (const line of text.split('\n')) {
    const signature = SIGNATURES.find(({ pattern }) => pattern.test(line));
    if (signature !== undefined) return { reason: signature.reason, line: line.trim() };
  }
  return null;
}
