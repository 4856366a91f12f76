/** Work in the background, one at a time for each key. However often somebody asks while it runs, it runs once more after that. */
export function coalesced(work: (key: string) => Promise<void>): { ask(key: string): void; settled(): Promise<void> } {
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const run = async (key: string) => {
    do {
      again.delete(key);
      await work(key);
    } while (again.has(key));
    running.delete(key);
  };
  return {
    ask(key) {
      if (running.has(key)) again.add(key);
      else running.set(key, run(key));
    },
    async settled() {
      again.clear();
      await Promise.all(running.values());
    },
  };
}
