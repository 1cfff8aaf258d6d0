/** Why the server cannot start, in one line that names the setting or the file to mend. */
export class StartupError extends Error {}
