import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many times slower than alone a program is on this machine now, at most. */
    slowness: number;
  }
}
