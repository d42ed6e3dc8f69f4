/** A rectangle in pixels. */
export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How much of a window's upper edge must be on a screen so that a person can drag it (pixels). */
const GRIP = { width: 120, height: 40 };

/**
 * Returns where a window may open: at its last place if a person can still drag it there. A screen may have been removed since.
 * @param areas of the screens, without their task bars
 * @returns null when it must open elsewhere
 */
export function fittingBounds(saved: Bounds, areas: readonly Bounds[]): Bounds | null {
  const area = areas.find((one) => holdsGrip(saved, one));
  if (area === undefined) return null;
  // The window may be larger than its screen, if the screen was larger then.
  return { ...saved, width: Math.min(saved.width, area.width), height: Math.min(saved.height, area.height) };
}

function holdsGrip({ x, y, width }: Bounds, area: Bounds): boolean {
  const shared = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return shared >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}
