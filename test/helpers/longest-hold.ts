/** Compiling and collecting garbage lengthen a task now and then; what is too much is so each time. */
const TURNS = 3;

/**
 * Does something, and tells for how long at a time it kept everything else in this thread waiting (milliseconds). Processor time of the thread
 * is counted, so that a machine on which others work changes nothing.
 * @param work done again when it took longer than `enough`
 */
export async function longestHold(work: () => Promise<unknown>, enough: number): Promise<number> {
  let least = await holdOf(work);
  for (let turn = 1; turn < TURNS && least >= enough; turn += 1) least = Math.min(least, await holdOf(work));
  return least;
}

async function holdOf(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = threadMs();
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    timer = setTimeout(tick);
  };
  tick();
  await work();
  longest = Math.max(longest, threadMs() - last);
  clearTimeout(timer);
  return longest;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
