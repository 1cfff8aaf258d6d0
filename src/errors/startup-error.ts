/** The reason why the server cannot start, in one line that names the setting or the file to correct. */
export class StartupError extends Error {}
