/** Time between two samples of a device (ms). NVML's own averaging window is 1/6 to 1 s: asking faster tells nothing new. */
export const SAMPLE_INTERVAL_MS = 1_000;
