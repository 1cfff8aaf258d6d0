/** The oldest version of Node that the server runs on, as in `package.json`. */
export const OLDEST_NODE = '20.19';

/** The error for a version of Node that is too old, if it is. */
export function complaintAboutNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Elastic Personas needs Node ${OLDEST_NODE} or newer; this is ${version}`;
}

/**
 * Loads a program, unless this Node is too old for it: the error of an old Node would name a missing feature, not its version.
 * The two entry files therefore import only this module, which old versions can read.
 */
export function loadOnSupportedNode(load: () => Promise<unknown>): void {
  const complaint = complaintAboutNode(process.versions.node);
  if (complaint === undefined) {
    void load();
  } else {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 1;
  }
}
