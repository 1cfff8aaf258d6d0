import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Tells what happened to those who watch the server: metrics, the log of requests, and traces. A folder sends its own signals and
 * knows no watcher, so that watching stays at the roof. Without a watcher, a signal costs the look at `isWatched`.
 */
export class Signal<Message> {
  private readonly channel;

  /** @param name as tools that read `node:diagnostics_channel` see it, such as `personas:request-end`. */
  constructor(private readonly name: string) {
    this.channel = channel(name);
  }

  /** Whether somebody watches: what is costly to measure is measured only then. */
  get isWatched(): boolean {
    return this.channel.hasSubscribers;
  }

  send(message: Message): void {
    this.channel.publish(message);
  }

  /** @returns a function that ends the watching. */
  watch(listener: (message: Message) => void): () => void {
    const onMessage = (message: unknown): void => {
      listener(message as Message);
    };
    subscribe(this.name, onMessage);
    return () => {
      unsubscribe(this.name, onMessage);
    };
  }
}
