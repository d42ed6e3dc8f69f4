const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const STEP = 1024;

/** A number of bytes for people, in the binary units that drivers, summaries and the command tell memory in: `812 bytes`, `1.4 MiB`, `212 GiB`. */
export function shownBytes(bytes: number): string {
  const unit = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)));
  const value = bytes / STEP ** unit;
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return unit === 0 && bytes === 1 ? '1 byte' : `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
