/** Why there was no rotation of the signing keys; nothing was changed. */
export class RotationError extends Error {}
