import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newFolder } from '../support/folders.js';
import { freePort } from '../support/free-port.js';
import { launchServer, whenAnswering, whenReady } from '../support/launch.js';
import { stopListening } from '../support/listening-program.js';
import { startNginx } from '../support/nginx.js';
import { check } from './http.js';
import { PROMISE_MS } from './meter.js';
import type { Writers } from './writers.js';

const ROOT = resolve(__dirname, '../..');
const INSTANCES = 3;
const RECOVERY_LIMIT_MS = 20_000;

export interface InstanceOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another program than the built one, for a test of the test. */
  readonly main?: string;
}

export interface ClusterOptions extends InstanceOptions {
  /** An empty database of PostgreSQL. */
  readonly databaseUrl: string;
  /** The URL by which an instance reaches the database, where a proxy is between them. */
  readonly databaseUrlOf?: (index: number) => string;
  readonly withNginx?: boolean;
}

/** One of the servers of a cluster. It keeps its port, so that nginx finds it again after a restart. */
export class Instance {
  private child: ChildProcess | undefined;
  private readOutput = (): string => '';

  constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly options: InstanceOptions,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The settings that a command on the same database needs. */
  get environment(): Readonly<Record<string, string>> {
    return this.options.env ?? {};
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** What it has printed since it was started last. */
  output(): string {
    return this.readOutput();
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    const env = { ...this.options.env, PORT: String(this.port) };
    this.child = await launchServer(this.folder, env, this.options.main);
    const running = await whenAnswering(this.child, this.folder);
    this.readOutput = () => running.output();
    await whenReady(this.url);
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  /** Ends it, and waits until it has ended. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(name);
    await ended;
  }
}

/** What `compose.yaml` describes, without containers, on free ports of 127.0.0.1: instances on a PostgreSQL, behind nginx. */
export class Cluster {
  readonly instances: Instance[] = [];
  private nginx: ChildProcess | undefined;
  private nginxUrl: string | undefined;

  private constructor(private readonly options: ClusterOptions) {}

  /** Starts all of it. The first instance makes the tables. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.add();
      await Promise.all(Array.from({ length: INSTANCES - 1 }, () => cluster.add()));
      if (options.withNginx === true) await cluster.startNginx();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** The URL of nginx. @throws Error in a cluster without it */
  get url(): string {
    if (this.nginxUrl === undefined) throw new Error('This cluster has no nginx');
    return this.nginxUrl;
  }

  /** The instance of a number, in a circle. */
  at(number: number): Instance {
    const instance = this.instances.at(number % this.instances.length);
    if (instance === undefined) throw new Error('This cluster has no instance');
    return instance;
  }

  /** Starts another instance. */
  async add({ env = {}, main }: InstanceOptions = {}): Promise<Instance> {
    const { databaseUrl, databaseUrlOf = () => databaseUrl } = this.options;
    const port = await freePort();
    const settings = {
      DATABASE_URL: databaseUrlOf(this.instances.length),
      SECRET_KEY: 'the secret of a cluster on this machine alone',
      TRUST_PROXY: '127.0.0.1',
      DRAIN_DELAY: '1s',
      ...this.options.env,
      ...env,
    };
    const program = main ?? this.options.main;
    const options = { env: settings, ...(program === undefined ? {} : { main: program }) };
    const instance = new Instance(newFolder(), port, options);
    this.instances.push(instance);
    await instance.start();
    return instance;
  }

  /**
   * How long all instances take to serve again, in milliseconds: what is read from the database, and what is written.
   * @throws Error if one of them does not
   */
  async timeToServe(token: string): Promise<number> {
    const beganMs = performance.now();
    const isServing = async (instance: Instance): Promise<boolean> =>
      (await check(instance, token)).status === 200 && (await fetch(`${instance.url}/health/ready`)).ok;
    for (const instance of this.instances) {
      while (!(await isServing(instance))) {
        if (performance.now() - beganMs > RECOVERY_LIMIT_MS) throw new Error(`${instance.url} does not serve again`);
        await sleep(25);
      }
    }
    return performance.now() - beganMs;
  }

  /** What instances answer otherwise than the writers were told, once every revocation must have arrived. */
  async faultsAfter(writers: Writers): Promise<string[]> {
    await sleep(PROMISE_MS);
    return (await Promise.all(this.instances.map((instance) => writers.faultsOf(instance)))).flat();
  }

  async stop(): Promise<void> {
    await stopListening(this.nginx);
    // A stopped process takes no other signal.
    await Promise.all(this.instances.map((instance) => instance.stop('SIGKILL')));
  }

  private async startNginx(): Promise<void> {
    const port = await freePort();
    let config = readFileSync(join(ROOT, 'deploy/nginx.conf'), 'utf8').replace('8080', `127.0.0.1:${port}`);
    for (const [index, { url }] of this.instances.entries())
      config = config.replace(`personas${index + 1}:3000`, new URL(url).host);
    this.nginx = await startNginx(config, port);
    this.nginxUrl = `http://127.0.0.1:${port}`;
  }
}
