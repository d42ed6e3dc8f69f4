import { type NativeImage, nativeImage } from 'electron';

/** Pixels of a side; drawn at twice the size of a tray's sign, for fine screens. */
const SIDE = 44;
const COLOUR = { red: 0x4c, green: 0x9a, blue: 0x5e };
const BYTES = 4;

/** The sign in the tray: a ring with three bars in it, drawn here since an image file would have to travel with the program. */
export function trayIcon(): NativeImage {
  const pixels = Buffer.alloc(SIDE * SIDE * BYTES);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const alpha = Math.round(255 * coverage(x + 0.5 - SIDE / 2, y + 0.5 - SIDE / 2));
      // Premultiplied, blue first.
      const colour = [COLOUR.blue, COLOUR.green, COLOUR.red].map((value) => Math.round((value * alpha) / 255));
      pixels.set([...colour, alpha], (y * SIDE + x) * BYTES);
    }
  }
  return nativeImage.createFromBitmap(pixels, { width: SIDE, height: SIDE, scaleFactor: 2 });
}

/** How much of the pixel at a place, counted from the middle, belongs to the sign: 0 to 1. */
function coverage(x: number, y: number): number {
  const distance = Math.hypot(x, y);
  const ring = Math.min(clamp(20.5 - distance), clamp(distance - 16.5));
  const bars = [-7, 0, 7].map((middle, index) =>
    Math.min(clamp(2.3 - Math.abs(x - middle)), clamp(11 - 3 * index - Math.abs(y))),
  );
  return Math.max(ring, ...bars);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
