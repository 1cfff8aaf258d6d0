/** A command was refused or failed. The message is one line for the administrator. */
export class CommandError extends Error {}

/** The arguments of a command are invalid. */
export class UsageError extends CommandError {}
