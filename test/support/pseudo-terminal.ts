import { CLI } from './command-line.js';
import { runPython } from './interpreters.js';
import { environmentOf } from './launch.js';

/** What a command showed on a terminal, as a person sees it, and how it ended. */
export interface Shown {
  readonly code: number;
  readonly screen: string;
}

/** What a person types once a question is on the screen. */
export type Answer = readonly [question: string, typed: string];

/** Python has what Node lacks. The size is set before the command starts. */
const PROGRAM = `
import fcntl, json, os, pty, struct, sys, termios
order = json.loads(os.environ.pop('ORDER'))
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, order['columns'], 0, 0))
    os.chdir(order['folder'])
    os.execvpe(order['command'][0], order['command'], order['env'])
screen, seen = b'', 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    screen += chunk
    if order['answers'] and order['answers'][0][0].encode() in screen[seen:]:
        seen = len(screen)
        os.write(terminal, order['answers'].pop(0)[1].encode() + b'\\r')
_, status = os.waitpid(pid, 0)
json.dump({'code': os.waitstatus_to_exitcode(status), 'screen': screen.decode()}, sys.stdout)
`;

/** Runs a program, the command line unless another is named, in a server's folder, on a terminal of some width. */
export async function runOnTerminal(
  { folder }: { readonly folder: string },
  args: readonly string[],
  {
    columns = 80,
    answers = [],
    env = {},
    program = CLI,
  }: { columns?: number; answers?: readonly Answer[]; env?: Record<string, string>; program?: string } = {},
): Promise<Shown> {
  const order = {
    columns,
    answers,
    folder,
    command: [process.execPath, program, ...args],
    env: await environmentOf(folder, { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env }),
  };
  return JSON.parse(await runPython(PROGRAM, { ORDER: JSON.stringify(order), LANG: 'C.UTF-8' })) as Shown;
}
