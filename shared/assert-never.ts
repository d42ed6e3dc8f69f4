/** Ends a switch over a union: an unhandled member is a compile error here, and at run time the error names it. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
