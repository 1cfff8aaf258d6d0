import { execFileSync } from 'node:child_process';
import process from 'node:process';

/** The Node programs of the given major versions: the running one if it matches, the others from the registry. */
export function findNodes(majors) {
  return majors.map((major) => {
    if (process.versions.node.startsWith(`${major}.`))
      return { major, node: process.execPath, version: process.version };
    const tell = 'process.stdout.write(JSON.stringify([process.execPath, process.version]))';
    const args = ['exec', '--yes', `--package=node@${major}`, '--', 'node', '-e', tell];
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: false };
    const [node, version] = JSON.parse(execFileSync('npm', args, options));
    return { major, node, version };
  });
}
