import PQueue from 'p-queue';

/** Has the acts of one key take turns: so many of them at once, the others after them. */
export class KeyedLimiter {
  private readonly queues = new Map<string, PQueue>();

  constructor(private readonly atOnce: number) {}

  async run<T>(key: string, act: () => Promise<T>): Promise<T> {
    let queue = this.queues.get(key);
    if (queue === undefined) {
      queue = new PQueue({ concurrency: this.atOnce });
      this.queues.set(key, queue);
    }
    try {
      return await queue.add(act);
    } finally {
      if (queue.size === 0 && queue.pending === 0) this.queues.delete(key);
    }
  }
}
