import type { RevocationPosition } from '../revocation-source.js';

const FORM = /^([\w-]*)\.(\d{1,15})$/;

/** The last id that a poll has read, in one history of the table. */
export class SqliteRevocationPosition implements RevocationPosition {
  constructor(
    private readonly epoch: string,
    private readonly last: number,
  ) {}

  get text(): string {
    return `${this.epoch}.${this.last}`;
  }

  isWithin(other: SqliteRevocationPosition): boolean {
    return this.last <= other.last;
  }

  read(text: string): SqliteRevocationPosition | undefined {
    const [, epoch, last] = FORM.exec(text) ?? [];
    return epoch === this.epoch ? new SqliteRevocationPosition(epoch, Number(last)) : undefined;
  }
}
