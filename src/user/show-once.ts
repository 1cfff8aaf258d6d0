import { fstatSync, statSync } from 'node:fs';

/**
 * Writes what is never shown again to standard output.
 * @throws Error with the reason, if nobody can read it; then nothing may depend on it.
 */
export function showOnce(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (isDiscarded(process.stdout.fd)) {
      reject(new Error('standard output is closed or /dev/null'));
      return;
    }
    process.stdout.write(text, (error) => {
      if (error) reject(new Error((error as NodeJS.ErrnoException).code ?? String(error)));
      else resolve();
    });
  });
}

/** Writing to the null device succeeds, and Node opens it in the place of a closed descriptor. */
function isDiscarded(descriptor: number): boolean {
  const [output, discard] = [fstatSync(descriptor), statSync('/dev/null', { throwIfNoEntry: false })];
  return output.isCharacterDevice() && output.rdev === discard?.rdev;
}
