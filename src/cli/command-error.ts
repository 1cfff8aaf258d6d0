/** Why a command did not do what it was asked: one line for whoever asked. */
export class CommandError extends Error {}

/** A command that cannot be meant so. */
export class UsageError extends CommandError {}
