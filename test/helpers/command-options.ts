/** As of the `drover` command. */
const WRONG_USAGE = 2;

/**
 * The options that a program for developers was started with; null when there is nothing to do for it: it was asked for help, or refused.
 * @param read answers null when help was asked for, and throws for what it does not understand
 */
export function optionsOrNull<Options>(read: (args: string[]) => Options | null, usage: string): Options | null {
  try {
    const options = read(process.argv.slice(2));
    if (options === null) process.stdout.write(`${usage}\n`);
    return options;
  } catch (error) {
    refuse(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return null;
  }
}

/** Says why the program does nothing; its exit status says so, too. */
export function refuse(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = WRONG_USAGE;
}
