/** Closes a switch over a union: a new member becomes a compile error here, and a bug at run time is named. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
