/** A resource with a life: `start` begins, `stop` resolves when it is really gone and may be called twice. */
export type Startable = { start(): Promise<void> | void; stop(): Promise<void> | void };

/**
 * Starts parts in order; when one fails, those already started are stopped in reverse order and the error goes on.
 * Returns a function that stops all in reverse order; every one is tried, the first error is thrown at the end.
 */
export async function startAll(parts: readonly Startable[]): Promise<() => Promise<void>> {
  const running: Startable[] = [];
  const stopAll = async () => {
    const errors: unknown[] = [];
    for (let part = running.pop(); part !== undefined; part = running.pop()) {
      try {
        await part.stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  };
  for (const part of parts) {
    try {
      await part.start();
      running.push(part);
    } catch (error) {
      await stopAll().catch(() => {});
      throw error;
    }
  }
  return stopAll;
}
