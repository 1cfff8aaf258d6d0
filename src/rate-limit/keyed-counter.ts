/** Counts how many acts of each key are running. */
export class KeyedCounter {
  /** How many acts of all keys are running. */
  total = 0;
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  async run<T>(key: string, act: () => Promise<T>): Promise<T> {
    this.counts.set(key, this.of(key) + 1);
    this.total += 1;
    try {
      return await act();
    } finally {
      this.total -= 1;
      const left = this.of(key) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
  }
}
