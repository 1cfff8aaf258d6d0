/** Counts how many acts of each key are running. */
export class KeyedCounter {
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  async run<T>(key: string, act: () => Promise<T>): Promise<T> {
    this.counts.set(key, this.of(key) + 1);
    try {
      return await act();
    } finally {
      const left = this.of(key) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    }
  }
}
