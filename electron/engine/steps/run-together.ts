/**
 * Waits for all parts of a step. When one throws (a bug, or a disk that fails) the others are told to end and waited for, so that no worker
 * goes on without an owner; then the first error is thrown.
 */
export async function runTogether(parts: readonly Promise<void>[], onFailure: () => void): Promise<void> {
  const watched = parts.map((part) =>
    part.catch((error: unknown) => {
      onFailure();
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(watched)).find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
