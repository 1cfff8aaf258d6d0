import { parseArgs } from 'node:util';
import { DevelopmentError } from './listen.js';

/** What `npm run dev -- …` was asked for. */
export interface DevelopmentOptions {
  /** Whether to begin with a new database. */
  readonly isFresh: boolean;
  /** Whether to compile, and to start the server again after a change; else it is the built one. */
  readonly isWatching: boolean;
  /** Further arguments of `nest start`. */
  readonly nestArgs: readonly string[];
  /** The folder of the database. */
  readonly data: string;
  readonly port: number;
  readonly smtpPort: number;
  readonly mailPort: number;
}

export const HELP = `npm run dev -- [options]
  --fresh             begins with a new database
  --debug             lets a debugger attach to 127.0.0.1:9229
  --no-watch          runs what npm run build has built, without a compiler
  --port NUMBER       of the server; 3000 by default
  --smtp-port NUMBER  of the sink for mails; 1025 by default
  --mail-port NUMBER  of the page that shows them; 8025 by default
  --data FOLDER       with the database; data/dev by default
`;

const MAX_PORT = 65_535;

/** @throws DevelopmentError naming the option that is wrong */
export function readOptions(args: string[]): DevelopmentOptions | 'help' {
  const values = valuesIn(args);
  if (values.help) return 'help';
  return {
    isFresh: values.fresh,
    isWatching: !values['no-watch'],
    nestArgs: values.debug ? ['--debug'] : [],
    data: values.data,
    port: portIn(values.port, '--port'),
    smtpPort: portIn(values['smtp-port'], '--smtp-port'),
    mailPort: portIn(values['mail-port'], '--mail-port'),
  };
}

function valuesIn(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        debug: { type: 'boolean', default: false },
        'no-watch': { type: 'boolean', default: false },
        port: { type: 'string', default: process.env.PORT ?? '3000' },
        'smtp-port': { type: 'string', default: '1025' },
        'mail-port': { type: 'string', default: '8025' },
        data: { type: 'string', default: 'data/dev' },
      },
    }).values;
  } catch (error) {
    throw new DevelopmentError(`${(error as Error).message}\n\n${HELP.trimEnd()}`);
  }
}

function portIn(text: string, option: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new DevelopmentError(`${option} must be a port, a whole number up to ${MAX_PORT}`);
}
