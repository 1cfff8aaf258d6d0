/*
 * Prints what a server is made of, as a CycloneDX document: what npm tells of the lock file, without development.
 *
 * `npm sbom --omit dev` leaves out more: also what a package of development names, though the server needs it, such as `pg` and the
 * framework.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const bom = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const served = new Set(
  Object.entries(packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer)
    .map(([path, { name = nameOf(path), version }]) => `${name}@${version}`),
);

const { component: root } = bom.metadata;
const components = bom.components.filter((component) => served.has(component['bom-ref']));
const references = new Set([root, ...components].map((component) => component['bom-ref']));
const dependencies = bom.dependencies
  .filter(({ ref }) => references.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => references.has(other)) }));
if (components.length !== served.size) throw new Error('npm leaves out packages of the lock file');
process.stdout.write(`${JSON.stringify({ ...bom, components, dependencies }, undefined, 2)}\n`);
