import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './folders.js';
import { blocksIn, replaced, startListening } from './listening-program.js';
import { NGINX, startNginx } from './nginx.js';
import type { NeededProgram } from './with-program.js';

/** Where a proxy listens, and what it is in front of; each a port of 127.0.0.1. */
export interface Ports {
  /** The auth header of a proxy that asks by introspection. */
  readonly client: { readonly id: string; readonly token: string };
  readonly own: number;
  readonly server: number;
  readonly service: number;
}

/** A proxy in front of a service, as its page in `docs/proxies` configures it. */
export interface DocumentedProxy {
  readonly needed: NeededProgram;
  /** The address of the check in the configuration, and the same with a demand. */
  readonly demand: readonly [from: string, to: string];
  /** Whether it asks by introspection: it reads `Bearer` alone, knows one refusal, and has to refuse what is forged. */
  readonly introspects?: true;
  /** What the client gets while no check can be made. */
  readonly whenDown: number;
  readonly start: (ports: Ports, changes?: readonly (readonly [from: string, to: string])[]) => Promise<ChildProcess>;
}

const DEMAND = '?scope=orders:read';

function withPorts(listen: readonly [from: string, to: string], { server, service }: Ports) {
  return [listen, ['127.0.0.1:3000', `127.0.0.1:${server}`], ['127.0.0.1:4000', `127.0.0.1:${service}`]] as const;
}

const nginx: DocumentedProxy = {
  needed: NGINX,
  demand: ['/auth/verify;', `/auth/verify${DEMAND};`],
  whenDown: 500,
  start: (ports, changes = []) => {
    const [recipe = ''] = blocksIn('docs/proxies/nginx.md', 'nginx');
    const listen = ['listen 8080;', `listen 127.0.0.1:${ports.own};`] as const;
    // Where people put the limit of an upload.
    const limit = ['location / {', 'location / {\n        client_max_body_size 50m;'] as const;
    return startNginx(replaced(recipe, [...changes, limit, ...withPorts(listen, ports)]), ports.own);
  },
};

const caddy: DocumentedProxy = {
  needed: { name: 'Caddy', command: 'caddy', versionOption: 'version', requiredBy: 'CI_REQUIRES_CADDY' },
  demand: ['/auth/verify?', `/auth/verify${DEMAND}`],
  whenDown: 502,
  start: (ports, changes = []) => {
    const [recipe = ''] = blocksIn('docs/proxies/caddy.md', 'caddyfile');
    const folder = newFolder();
    const listen = [':8080 {', `:${ports.own} {\n    bind 127.0.0.1`] as const;
    const global = '{\n    admin off\n    auto_https off\n}\n';
    const file = join(folder, 'Caddyfile');
    writeFileSync(file, global + replaced(recipe, [...changes, ...withPorts(listen, ports)]));
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    return startListening(['caddy', 'run', '--config', file, '--adapter', 'caddyfile'], ports.own, env);
  },
};

const haproxy: DocumentedProxy = {
  needed: { name: 'HAProxy', command: 'haproxy', versionOption: '-v', requiredBy: 'CI_REQUIRES_HAPROXY' },
  demand: ['/auth/verify"', `/auth/verify${DEMAND}"`],
  whenDown: 503,
  start: (ports, changes = []) => {
    const [script = ''] = blocksIn('docs/proxies/haproxy.md', 'lua');
    const [recipe = ''] = blocksIn('docs/proxies/haproxy.md', 'haproxy');
    const folder = newFolder();
    const lua = join(folder, 'personas.lua');
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(lua, replaced(script, [...changes, ['abns@check', `abns@${ports.own}`]]));
    writeFileSync(
      file,
      replaced(recipe, [
        ['/etc/haproxy/personas.lua', lua],
        ['bind :8080', `bind 127.0.0.1:${ports.own}`],
        ['abns@check', `abns@${ports.own}`],
        ['127.0.0.1:3000', `127.0.0.1:${ports.server}`],
        ['127.0.0.1:4000', `127.0.0.1:${ports.service}`],
      ]),
    );
    return startListening(['haproxy', '-db', '-f', file], ports.own);
  },
};

const APACHE_MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'setenvif', 'rewrite'];

const apache: DocumentedProxy = {
  needed: { name: 'Apache', command: 'apache2', versionOption: '-v', requiredBy: 'CI_REQUIRES_APACHE' },
  demand: ['Require valid-user', 'Require oauth2_claim scope:orders:read'],
  introspects: true,
  whenDown: 401,
  start: (ports, changes = []) => {
    const [recipe = ''] = blocksIn('docs/proxies/apache.md', 'apache');
    const folder = newFolder();
    // The workers of a privileged Apache are another user.
    const user = process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : [];
    const modules = [...APACHE_MODULES, 'proxy', 'proxy_http', 'oauth2'].map(
      (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
    );
    const head = [
      `ServerRoot ${folder}`,
      `PidFile ${folder}/pid`,
      'ServerName a',
      `ErrorLog ${folder}/error.log`,
      ...user,
    ];
    const { id, token } = ports.client;
    const text = replaced(recipe, [
      ...changes,
      ['client_id=ID&client_secret=TOKEN', `client_id=${id}&client_secret=${token}`],
      ...withPorts(['*:8080', `*:${ports.own}`], ports),
    ]);
    const file = join(folder, 'httpd.conf');
    writeFileSync(file, [...head, ...modules, `Listen 127.0.0.1:${ports.own}`, text].join('\n'));
    return startListening(['apache2', '-DFOREGROUND', '-f', file], ports.own);
  },
};

export const PROXIES: readonly DocumentedProxy[] = [nginx, caddy, haproxy, apache];
