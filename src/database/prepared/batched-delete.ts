import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import { dialectOf } from '../dialect-of.js';
import { PreparedDelete } from './prepared-change.js';

/** How many rows a statement deletes at most. It takes some ten milliseconds, and other writers wait for it. */
const BATCH_LENGTH = 1000;

/**
 * Deletes the rows whose moment has passed, in batches. One statement for a million rows would hold the writing connection
 * for seconds, and so refuse every login.
 */
export class BatchedDelete<Entity extends ObjectLiteral> {
  private readonly deletion: PreparedDelete<Entity, 'before'>;

  /**
   * @param key the property that is the entity's primary key.
   * @param moment the property that is compared; it needs an index, or each batch reads the whole table.
   * @param condition what else is asked of a row, whose alias is `row`.
   */
  constructor(
    private readonly dataSource: DataSource,
    entity: EntityTarget<Entity>,
    key: keyof Entity & string,
    moment: keyof Entity & string,
    condition = 'TRUE',
  ) {
    const batch = dataSource
      .createQueryBuilder(entity, 'row')
      .select(`row.${key}`)
      .where(`row.${moment} < :before AND ${condition}`)
      .limit(BATCH_LENGTH);
    const deletion = dataSource
      .createQueryBuilder()
      .delete()
      .from<ObjectLiteral>(entity)
      // Two processes that delete at once take different rows, and neither waits for the other.
      .where(`${key} IN (${batch.getQuery()}${dialectOf(dataSource).lockingFreeRows})`);
    this.deletion = new PreparedDelete(deletion, [key], ['before']);
  }

  /**
   * @param stopping ends it after the current batch.
   * @returns how many rows it deleted.
   */
  async before(moment: Date, stopping?: AbortSignal): Promise<number> {
    let deleted = 0;
    for (;;) {
      const begun = performance.now();
      const { length } = await this.deletion.execute(this.dataSource.manager, { before: moment.toISOString() });
      deleted += length;
      if (length < BATCH_LENGTH || stopping?.aborted === true) return deleted;
      // Another process only looks for the lock from time to time: it has to find it free.
      await sleep(performance.now() - begun, undefined, { ref: false });
    }
  }
}
