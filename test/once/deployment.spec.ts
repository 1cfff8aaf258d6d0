import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { parseAllDocuments } from 'yaml';
import { loadSettings } from '../../src/config/load-settings.js';
import { knownEnvironmentNames } from '../../src/config/setting.decorator.js';
import { describeWithNginx, startNginx } from '../support/nginx.js';
import { useSharedServer } from '../support/use-server.js';

const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const SECRET_KEY = 'a secret for this test, of more than 32 bytes';

/** The objects of a YAML file, with their anchors resolved. */
function objectsIn(file: string): Record<string, never>[] {
  return parseAllDocuments(read(file), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS() as Record<string, never>;
  });
}

/** Every value in a nested object, by its path. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}/${key}`));
}

describe('The Dockerfile', () => {
  const text = read('Dockerfile');

  it('has no error and no warning', () => {
    expect(validate(text)).toEqual([]);
  });

  it('copies only files that are there, and that the build may see', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
    for (const file of copied) expect(existsSync(join(ROOT, file))).toBe(true);
    const seen = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    for (const line of seen) expect(existsSync(join(ROOT, line.slice(1)))).toBe(true);
  });

  it('builds with every file that the programs of the build are, or name', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const programs = `${scripts.build} ${scripts.prepare}`.match(/[\w-]+\.mjs/g) ?? [];
    const named = programs.flatMap((program) =>
      [...read(program).matchAll(/[`']((?:docs\/)?[\w.-]+)[`']/g)].map(([, file = '']) => file),
    );
    const files = [...programs, ...named].filter((file) =>
      statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile(),
    );
    expect(files).toEqual(expect.arrayContaining(['bundle-guard.mjs', 'docs/guard.md', 'package.json']));
    const seen = read('.dockerignore').split('\n');
    expect(files.filter((file) => !seen.includes(`!${file}`))).toEqual([]);
  });

  it('runs the server, as another user than root, with a health check', () => {
    expect(text).toMatch(/^USER [1-9]\d*:0$/m);
    expect(text).toMatch(/^HEALTHCHECK .*\/health\/ready/m);
    expect(text).toMatch(/^CMD \["node", "\/opt\/personas\/dist\/main\.js"\]$/m);
  });
});

describe('The unit of systemd', () => {
  const unit = new Map(
    [...read('deploy/elastic-personas.service').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

  it('starts the server, as a user of its own, whose data nobody else reads', () => {
    const [node, program = ''] = unit.get('ExecStart')?.split(' ') ?? [];
    expect(node).toBe('/usr/bin/node');
    expect(existsSync(join(ROOT, program.replace('/opt/elastic-personas/', '')))).toBe(true);
    expect(unit.get('WorkingDirectory')).toBe(`/var/lib/${unit.get('StateDirectory')}`);
    expect([unit.get('DynamicUser'), unit.get('StateDirectoryMode')]).toEqual(['yes', '0700']);
  });

  it('gives settings that the server has', () => {
    const [name = ''] = unit.get('Environment')?.split('=') ?? [];
    expect(knownEnvironmentNames()).toContain(name);
  });
});

describe('The settings of', () => {
  it.each(['compose.yaml', 'deploy/kubernetes.yaml'])("%s are the server's, and valid", (file) => {
    const environment: Record<string, string> = { NODE_ENV: 'production', SECRET_KEY };
    for (const object of objectsIn(file)) {
      const { services = {}, spec } = object as { services?: Record<string, { environment?: object }>; spec?: object };
      Object.assign(environment, services.personas1?.environment);
      for (const [path, value] of leaves(spec)) {
        const name = /^(.*\/env\/\d+)\/name$/.exec(path)?.[1];
        if (name !== undefined)
          environment[String(value)] = String(leaves(spec).find(([other]) => other === `${name}/value`)?.[1]);
      }
    }
    const filled = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(/\$\{SECRET_KEY[^}]*\}/, SECRET_KEY).replace(/\$\{[^}]*\}/, 'x'),
      ]),
    );
    expect(Object.keys(filled).filter((name) => !knownEnvironmentNames().includes(name))).toEqual([]);
    expect(Object.keys(filled)).toContain('DRAIN_DELAY');
    expect(loadSettings(filled)).toMatchObject({ drainDelaySeconds: 5, isProduction: true });
  });

  it('compose.yaml start three instances, which only nginx can reach', () => {
    const [compose] = objectsIn('compose.yaml') as unknown as [{ services: Record<string, { ports?: string[] }> }];
    const { nginx, postgres, ...instances } = compose.services;
    expect(Object.keys(instances)).toEqual(['personas1', 'personas2', 'personas3']);
    expect(nginx?.ports).toEqual(['127.0.0.1:8080:8080']);
    for (const service of [postgres, ...Object.values(instances)]) expect(service?.ports).toBeUndefined();
    for (const name of Object.keys(instances)) expect(read('deploy/nginx.conf')).toContain(`server ${name}:3000 `);
  });

  it('deploy/kubernetes.yaml give a stop more time than it takes, and ask what the server answers', async () => {
    const all = objectsIn('deploy/kubernetes.yaml').flatMap((object) => leaves(object));
    const value = (end: string): unknown => all.find(([path]) => path.endsWith(end))?.[1];
    expect(value('/terminationGracePeriodSeconds')).toBeGreaterThan(5 + 8);
    const probes = all.filter(([path]) => path.endsWith('/httpGet/path')).map(([, path]) => String(path));
    expect(probes).toHaveLength(3);
    const { client } = shared;
    for (const path of probes) expect((await client.get(path)).status).toBe(200);
  });
});

const shared = useSharedServer();

describeWithNginx('deploy/nginx.conf', () => {
  it('passes requests on', async () => {
    const port = 18_080;
    const { host } = new URL(shared.server.url);
    const config = read('deploy/nginx.conf')
      .replaceAll(/personas[123]:3000/g, host)
      .replace('8080', `127.0.0.1:${port}`);
    const nginx = await startNginx(config, port);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    nginx.kill();
    expect(answer.status).toBe(200);
  });
});
