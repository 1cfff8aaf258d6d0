import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintAboutNode, OLDEST_NODE } from './node-version.js';

const manifest = readFileSync(join(__dirname, '../package.json'), 'utf8');

describe('The version of Node', () => {
  it.each(['20.19.0', '20.19.1', '20.20.2', '21.0.0', '22.12.0', '100.0.0'])('will do: %s', (version) => {
    expect(complaintAboutNode(version)).toBeUndefined();
  });

  it.each(['0.10.48', '12.22.12', '18.20.8', '20.0.0', '20.9.0', '20.18.3'])('is too old, and named: %s', (version) => {
    expect(complaintAboutNode(version)).toBe(`Elastic Personas needs Node ${OLDEST_NODE} or newer; this is ${version}`);
  });

  it('is the one that the package asks for', () => {
    expect((JSON.parse(manifest) as { engines: { node: string } }).engines.node).toBe(`>=${OLDEST_NODE}`);
  });
});
