import { Column, type ColumnOptions, FindOperator, PrimaryColumn } from 'typeorm';

/** A moment as ISO 8601 text in UTC, to the millisecond: it sorts, and it means the same in both databases. */
const isoText = {
  to: (moment: unknown): unknown => {
    // In an update or a deletion, a condition (`LessThan(date)`) comes here whole.
    if (moment instanceof FindOperator) moment.transformValue(isoText);
    return moment instanceof Date ? moment.toISOString() : moment;
  },
  from: (text: string | null) => (text === null ? null : new Date(text)),
};

export const TIMESTAMP_LENGTH = '24';
export const ID_LENGTH = '36';

export function TimestampColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ type: 'varchar', length: TIMESTAMP_LENGTH, transformer: isoText, ...options });
}

/** A UUID made by the server; version 7, so that newer rows sort after older ones. */
export function IdColumn(): PropertyDecorator {
  return PrimaryColumn({ type: 'varchar', length: ID_LENGTH });
}

/** A list of words, kept as JSON. */
export function StringListColumn(options: ColumnOptions = {}): PropertyDecorator {
  return Column({ ...options, type: 'simple-json' });
}
