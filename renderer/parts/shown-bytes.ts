const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];
const STEP = 1000;

/** A number of bytes for people, in decimal units: `812 bytes`, `1.4 MB`, `212 GB`. */
export function shownBytes(bytes: number): string {
  const unit = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)));
  const value = bytes / STEP ** unit;
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return unit === 0 && bytes === 1 ? '1 byte' : `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
