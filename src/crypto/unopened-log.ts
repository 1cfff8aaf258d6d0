import type { Logger } from '@nestjs/common';

const MAX_LINES = 100;

/**
 * Logs the ids of stored values that no secret opens. Each is logged once in a process, and no more than a hundred are: lists
 * and reloads meet the same value again and again.
 */
export class UnopenedLog {
  private readonly ids = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** @param what the kind of value. */
  note(what: string, id: string): void {
    if (this.ids.has(id) || this.ids.size > MAX_LINES) return;
    this.ids.add(id);
    this.logger.error(
      this.ids.size > MAX_LINES
        ? 'Further values that do not open are not logged; personas doctor names them'
        : `The ${what} ${id} was sealed with another secret than this process has, or is damaged`,
    );
  }
}
