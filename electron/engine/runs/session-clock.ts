/** How far the clock of the machine has gone apart from the time that has passed since this was made. */
export class SessionClock {
  private readonly wall: () => number;
  private readonly passed: () => number;
  private readonly origin: number;

  /** @param clocks milliseconds since 1970, and milliseconds that nobody can set */
  constructor({
    wall = Date.now,
    passed = () => performance.now(),
  }: { wall?: () => number; passed?: () => number } = {}) {
    this.wall = wall;
    this.passed = passed;
    this.origin = wall() - passed();
  }

  /** Milliseconds; negative when the clock was set back. */
  ahead(): number {
    return this.wall() - this.passed() - this.origin;
  }
}
