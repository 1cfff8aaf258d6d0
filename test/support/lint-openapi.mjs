// A process of its own, since Jest loads no module of the new kind: prints what Redocly's recommended rules say.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import process from 'node:process';
import { text } from 'node:stream/consumers';

const problems = await lintFromString({
  source: await text(process.stdin),
  absoluteRef: '/openapi.json',
  config: await createConfig({ extends: ['recommended'] }),
});
const lines = problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`);
process.stdout.write(JSON.stringify(lines));
