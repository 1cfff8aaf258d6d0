/** Why there was no rotation of the signing keys; nothing was changed. */
export class RotationError extends Error {}

/** The next key was published too recently, or another rotation was a moment earlier. */
export class RotationTooEarly extends RotationError {
  constructor(
    message: string,
    /** When the key that is next may sign. */
    readonly readyAt: Date,
  ) {
    super(message);
  }
}

/** There is no signing key with this id. */
export class NoSuchKey extends RotationError {}
