const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;

/** Bytes of a size such as `50GiB`, `2k` or `0`; null when it is none. */
export function parseSize(text: string | undefined): number | null {
  const [, number, unit = ''] = SIZE.exec(text?.trim() ?? '') ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}
