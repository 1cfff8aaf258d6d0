import PQueue from 'p-queue';

/** Limits how many acts of one key run at once. The others wait for their turn, in the order of their calls. */
export class KeyedLimiter {
  private readonly queues = new Map<string, PQueue>();

  constructor(private readonly atOnce: number) {}

  /** @param act receives whether it had to wait. */
  async run<T>(key: string, act: (hasWaited: boolean) => Promise<T>): Promise<T> {
    let queue = this.queues.get(key);
    if (queue === undefined) {
      queue = new PQueue({ concurrency: this.atOnce });
      this.queues.set(key, queue);
    }
    const hasWaited = queue.pending + queue.size >= this.atOnce;
    try {
      return await queue.add(() => act(hasWaited));
    } finally {
      if (queue.size === 0 && queue.pending === 0) this.queues.delete(key);
    }
  }
}
