/** Why there was no rotation of the signing keys; nothing was changed. */
export class RotationRefused extends Error {}
