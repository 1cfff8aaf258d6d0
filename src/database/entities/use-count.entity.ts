import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The characters of a day, a space and an id. */
export const USE_COUNT_ID_LENGTH = 47;

/** How many requests a kind of credential, or one auth header, was used for on a day. */
@Entity('use_count')
export class UseCount {
  /**
   * The date in UTC and, after a space, `jwt` or `auth-header` for all of a kind, or the id of an auth header: the rows of some
   * days, and those that are past their age, are a range of the key.
   */
  @PrimaryColumn({ type: 'varchar', length: USE_COUNT_ID_LENGTH })
  id: string;

  /** A whole number. 32 bits would not last for a day, and PostgreSQL's driver gives 64 as a text. */
  @Column({ type: 'double precision' })
  requests: number;
}
