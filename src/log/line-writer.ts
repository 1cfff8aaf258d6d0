import type { Writable } from 'node:stream';

/** How much may wait for a reader, in characters: minutes of a quiet server, and no danger to its memory. */
const MAX_WAITING = 1_048_576;

/**
 * Writes lines to a stream that may be read slowly, or no more. Node keeps what a full pipe does not take, without end, so lines
 * that come then are counted and dropped: a log must neither stop the server nor fill its memory.
 */
export class LineWriter {
  private batch = '';
  private dropped = 0;

  /** @param report forms the line that tells how many lines were dropped. */
  constructor(
    private readonly stream: Writable,
    private readonly report: (dropped: number) => string,
  ) {
    stream.on('drain', () => {
      this.flush();
    });
  }

  /** Writes a line at once, after those that were added. */
  write(line: string): void {
    this.take(line);
    this.flush();
  }

  /** Writes a line with the others of this turn of the event loop: a system call for each would cost more than a request. */
  add(line: string): void {
    if (this.batch === '') {
      setImmediate(() => {
        this.flush();
      });
    }
    this.take(line);
  }

  private take(line: string): void {
    if (this.stream.writableLength + this.batch.length > MAX_WAITING) this.dropped += 1;
    else this.batch += line;
  }

  flush(): void {
    const { batch, dropped } = this;
    const hasRoom = this.stream.writableLength + batch.length < MAX_WAITING / 2;
    this.batch = '';
    if (dropped > 0 && hasRoom) this.dropped = 0;
    const text = dropped > 0 && hasRoom ? batch + this.report(dropped) : batch;
    if (text !== '') this.stream.write(text);
  }
}
