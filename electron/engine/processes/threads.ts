import { existsSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The threads that exist. Each is a file `<name>.ts` beside the one that starts it, and an entry of the build. */
type ThreadName = 'cost-thread' | 'search-thread' | 'log-scan-thread';

/**
 * Starts a worker thread by name, from the built bundle or directly from the sources (Node runs them by stripping types). The caller ends it.
 * @param folder the caller's `import.meta.dirname`, which holds the thread's file
 */
export function startThread(name: ThreadName, folder: string, options: WorkerOptions = {}): Worker {
  const built = join(folder, `${name}.js`);
  return new Worker(existsSync(built) ? built : join(folder, `${name}.ts`), options);
}

/**
 * Lowers the priority of the present thread alone, where the system gives the thread's number (Linux). Elsewhere nothing happens: the process as a
 * whole must keep its priority.
 */
export function lowerOwnPriority(nice: number): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, nice);
  } catch {
    // No such file system, or not allowed: it works at normal priority.
  }
}
