import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of bundled pipelines, workers and samples. */
export const RESOURCES = join(import.meta.dirname, '../../resources');

/**
 * Imports a bundled JavaScript module, which has no types of its own; `T` says what the test uses of it.
 * @param path relative to resources/
 */
export async function importResource<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(RESOURCES, path)).href)) as T;
}
