import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The threads there are; each is a file `<name>.ts` beside this one and an entry of the build. */
type ThreadName = 'cost-thread' | 'search-thread' | 'log-scan-thread';

/**
 * Starts a worker thread by name, from the built bundle or straight from the sources (Node runs them by stripping types).
 * The caller ends it.
 */
export function startThread(name: ThreadName, options: WorkerOptions = {}): Worker {
  return new Worker(threadFile(name), options);
}

function threadFile(name: ThreadName): string {
  const built = join(import.meta.dirname, `${name}.js`);
  return existsSync(built) ? built : join(import.meta.dirname, `${name}.ts`);
}
