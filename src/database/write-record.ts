import { databaseCodeOf, DatabaseLockTimeout } from './database-errors.js';

/** What the last write has come to. */
export class WriteRecord {
  /** Is called when writes begin to fail, with the code of the first failure, and when they succeed again. */
  onChange: (code: string | undefined) => void = () => undefined;
  private code: string | undefined;
  private succeededMs = -Infinity;

  /** Whether the last write failed because the database could not take it: it was locked, full or read-only. */
  get isFailing(): boolean {
    return this.code !== undefined;
  }

  /** How long ago a write has succeeded, in milliseconds by the monotonic clock. */
  get sinceSuccessMs(): number {
    return performance.now() - this.succeededMs;
  }

  fail(error: unknown): void {
    const isFirst = this.code === undefined;
    this.code ??= error instanceof DatabaseLockTimeout ? 'SQLITE_BUSY' : (databaseCodeOf(error) ?? 'unknown');
    if (isFirst) this.onChange(this.code);
  }

  succeed(): void {
    this.succeededMs = performance.now();
    if (this.code === undefined) return;
    this.code = undefined;
    this.onChange(undefined);
  }
}
