/** The latest samples of all devices stand within this many bytes of the end of a metrics log: 64 devices with long names. */
export const SAMPLES_TAIL_BYTES = 64 * 1024;
