/** Knows whether the database that this process opened is undamaged, and still the one that the next start will open. */
export abstract class StorageMonitor {
  abstract isInPlace(): boolean | Promise<boolean>;
}
