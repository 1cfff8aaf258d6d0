import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { documentedMetrics } from '../support/documented-metrics.js';
import { Scrape, WITH_METRICS } from '../support/scrape.js';
import { useServer } from '../support/use-server.js';
import { describeWithProgram } from '../support/with-program.js';

const ROOT = join(__dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');
const PROMTOOL = {
  name: 'promtool',
  command: 'promtool',
  versionOption: '--version',
  requiredBy: 'CI_REQUIRES_PROMTOOL',
};
/** What Prometheus adds to every series. */
const OF_PROMETHEUS = ['job', 'instance'];
const WORDS = new Set(['and', 'or', 'unless', 'on', 'by', 'ignoring', 'group_left', 'bool', 'offset']);

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

interface RuleTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const read = (file: string): string => readFileSync(join(DEPLOY, file), 'utf8');
const { all, ofWorkers } = documentedMetrics();
const { groups } = parse(read('prometheus-rules.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  panels: Panel[];
  templating: { list: { query: string }[] };
};

/** Each name of a series, with the labels it may have. */
const series = new Map<string, readonly string[]>([['up', OF_PROMETHEUS]]);
for (const { name, type, labels } of [...all, ...ofWorkers]) {
  const own = [...labels, ...OF_PROMETHEUS];
  if (type !== 'histogram') series.set(name, own);
  for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [])
    series.set(name + suffix, [...own, ...(suffix === '_bucket' ? ['le'] : [])]);
}

/** What an expression names that is not there. */
function strangersIn(expression: string): string[] {
  const strangers: string[] = [];
  const labels = new Set<string>();
  const withoutSelectors = expression
    .replaceAll(/(\w+)\{([^}]*)\}/g, (_, name: string, selectors: string) => {
      const known = series.get(name);
      if (known === undefined) strangers.push(name);
      for (const [, label = ''] of selectors.matchAll(/(\w+) *(?:=~|!~|!=|=)/g))
        if (known?.includes(label) === false) strangers.push(`${name}{${label}}`);
      for (const label of known ?? []) labels.add(label);
      return '';
    })
    .replaceAll(/\[[^\]]*\]/g, '');
  const withoutGroups = withoutSelectors.replaceAll(/\b(?:by|on) *\(([^)]*)\)/g, (_, names: string) => {
    for (const label of names.split(',').map((name) => name.trim()))
      if (!labels.has(label)) strangers.push(`by (${label})`);
    return '';
  });
  for (const [, name = '', bracket] of withoutGroups.matchAll(/\b([a-z_]\w*)\b( *\()?/gi))
    if (bracket === undefined && !WORDS.has(name)) strangers.push(name);
  return strangers;
}

describe('Every expression names what a server tells', () => {
  it.each(rules.map(({ alert, expr }) => [alert, expr]))('in the alert %s', (_, expression) => {
    expect(strangersIn(expression)).toEqual([]);
    // Not those of another server that Prometheus watches.
    expect(expression.match(/\w+\{/g)?.length).toBe(expression.match(/\{job="personas"/g)?.length);
  });

  it.each(dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)))(
    'in the panel %s: %s',
    (_, expression) => {
      expect(strangersIn(expression)).toEqual([]);
      expect(expression.match(/\w+\{/g)?.length).toBe(
        expression.match(/\{job=~"\$job",instance=~"\$instance"/g)?.length,
      );
    },
  );

  it('and a name that is none would be found', () => {
    expect(strangersIn('sum by (user) (rate(personas_logins_total{user="a",door="user"}[5m])) > other')).toEqual([
      ...['personas_logins_total{user}', 'by (user)', 'other'],
    ]);
    expect(strangersIn('personas_logins{door="user"}')).toEqual(['personas_logins']);
  });
});

describe('Every alert', () => {
  const names = rules.map(({ alert }) => alert);

  it('has its line in the operations', () => {
    const [, section = ''] = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split('\n## Alerts\n');
    const [lines = ''] = section.split('\n## ');
    expect([...lines.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(names);
  });

  it('is tested, that it fires and that it does not', () => {
    const { tests } = parse(read('prometheus-rules.test.yaml')) as { tests: RuleTest[] };
    const tested = tests.flatMap(({ alert_rule_test: each }) => each);
    for (const fires of [true, false]) {
      const some = tested.filter(({ exp_alerts: alerts = [] }) => alerts.length > 0 === fires);
      expect([...new Set(some.map(({ alertname }) => alertname))].sort()).toEqual(names.toSorted());
    }
  });
});

describe('A scrape', () => {
  const { server, client } = useServer({ env: WITH_METRICS });
  let scrape: Scrape;

  beforeAll(async () => {
    const jwt = await client.logIn();
    const { id, token } = await client.addAuthHeader(jwt);
    for (const credential of [jwt, token, 'nothing']) await client.get('/user/me', credential);
    await client.post('/authheader/delete', { text: id }, jwt);
    await Scrape.of(server);
    scrape = await Scrape.of(server);
  });

  it('has the metrics that are documented, and no other', () => {
    expect([...scrape.types()].sort()).toEqual(all.map(({ name, type }) => [name, type]).sort());
    const ofName = new Map(series);
    for (const { name, labels } of scrape.samples)
      expect({ name, strangers: Object.keys(labels).filter((label) => !ofName.get(name)?.includes(label)) }).toEqual({
        name,
        strangers: [],
      });
  });

  it('has the labels that are documented', () => {
    const unlabelled = all.filter(({ name, type, labels }) => {
      const full = type === 'histogram' ? `${name}_count` : name;
      const found = scrape.samples.filter((sample) => sample.name === full);
      return found.some((sample) => !labels.every((label) => label in sample.labels));
    });
    expect(unlabelled).toEqual([]);
  });

  describeWithProgram(PROMTOOL, 'is, for promtool,', () => {
    it('well formed', async () => {
      const tool = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
      tool.stdin.end(scrape.text);
      const ended = once(tool, 'close') as Promise<[number | null]>;
      const [stdout, stderr, [code]] = await Promise.all([text(tool.stdout), text(tool.stderr), ended]);
      expect([code, stdout + stderr]).toEqual([0, '']);
    });
  });
});

describeWithProgram(PROMTOOL, 'promtool', () => {
  it.each([
    ['check', 'prometheus-rules.yaml'],
    ['test', 'prometheus-rules.test.yaml'],
  ])('%ss the rules', async (action, file) => {
    const { stdout, stderr } = await promisify(execFile)('promtool', [action, 'rules', file], { cwd: DEPLOY });
    expect(stdout + stderr).toContain('SUCCESS');
  });
});
