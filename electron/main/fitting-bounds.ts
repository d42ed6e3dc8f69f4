/** Pixels. */
export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** So much of a window's upper edge must be on a screen for a person to take hold of it (pixels). */
const GRIP = { width: 120, height: 40 };

/**
 * Where a window may open: where it was, when a person could still take hold of it there; a screen may have gone since.
 * @param areas of the screens, without their task bars
 * @returns null when it has to open elsewhere
 */
export function fittingBounds(saved: Bounds, areas: readonly Bounds[]): Bounds | null {
  const area = areas.find((one) => holdsGrip(saved, one));
  if (area === undefined) return null;
  // A window that is larger than its screen, which was larger then.
  return { ...saved, width: Math.min(saved.width, area.width), height: Math.min(saved.height, area.height) };
}

function holdsGrip({ x, y, width }: Bounds, area: Bounds): boolean {
  const shared = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return shared >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}
