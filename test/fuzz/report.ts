import type { Failure, FuzzResult } from './fuzzer.js';
import { secretsIn } from './secrets.js';
import type { Exchanged } from './sequence.js';
import { bytesOf, type WireRequest } from './wire.js';

const SHOWN_LENGTH = 600;

/**
 * The shortest sequence that fails, as commands for a shell with `$URL`, and how to run it again.
 * @param root the JWT of the administrator that prepares the sequences, shown as `$ROOT`
 */
export function failureReport({ violation, seed, path, afterRequests }: Failure, repeat: string, root: string): string {
  const names = new Map([[root, '$ROOT']]);
  const steps = violation.exchanges.map((exchanged, index) => stepOf(exchanged, index + 1, names));
  return [
    `The fuzzer found a fault after ${afterRequests} requests:`,
    ...violation.complaints.map((complaint) => `  ${complaint}`),
    '',
    `The shortest sequence that shows it has ${steps.length} requests. The last one breaks the rule.`,
    ...steps,
    '',
    `Again, with the same values: FUZZ_SEED=${seed} FUZZ_PATH=${path} ${repeat}`,
  ].join('\n');
}

function stepOf({ request, answer, purpose }: Exchanged, number: number, names: Map<string, string>): string {
  const command = named(commandOf(request), names);
  const answered = answer === undefined ? 'no answer' : `${answer.status} ${answer.text}`;
  const secrets = answer === undefined ? [] : secretsIn(answer);
  for (const secret of secrets) if (!names.has(secret)) names.set(secret, `$CREDENTIAL_${names.size}`);
  const shown = named(printable(answered), names).slice(0, SHOWN_LENGTH);
  return `# ${number}${purpose === '' ? '' : ` (${purpose})`}\n${command}\n#   ${shown}`;
}

/** A request that curl can make as a call of it, and any other as the bytes that are sent. */
function commandOf(request: WireRequest): string {
  const { method, target, version, headers, body, framing } = request;
  const isPlain =
    version === undefined && framing === undefined && /^\/[!-~]*$/.test(target) && /^[A-Z]+$/.test(method);
  const text = body?.toString() ?? '';
  if (!isPlain || headers.some(([, value]) => /[^ -~]/.test(value)) || /[^\n -~]/.test(text)) {
    return `printf %s ${quoted(bytesOf(request).toString('base64'))} | base64 -d | nc 127.0.0.1 "$PORT"`;
  }
  const options = headers.filter(([name]) => name !== 'Host').map((pair) => ` -H ${quoted(pair.join(': '))}`);
  const how = method === 'HEAD' ? ' --head' : ` -X ${method}`;
  const data =
    body === undefined
      ? ''
      : ` --data-raw ${quoted(text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text)}`;
  return `curl -i --path-as-is${how} "$URL"${quoted(target)}${options.join('')}${data}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text in which credentials have names, each explained by the answer that showed it. Quotes end around a name. */
function named(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [secret, name] of names) result = result.replaceAll(secret, `'"${name}"'`);
  return result;
}

function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, (letter) => JSON.stringify(letter).slice(1, -1));
}

/** What was asked how often, and how it was answered. */
export function coverageReport({ requests, steps, busy, sequences, statuses }: FuzzResult): string {
  const lines = [...statuses].sort().map(([operation, counts]) => {
    const told = [...counts].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`);
    return `  ${operation.padEnd(42)} ${told.join(', ')}`;
  });
  return [
    `${requests} requests in ${sequences} sequences; ${steps} of them are steps, and ${busy} more got 503 at first:`,
    ...lines,
  ].join('\n');
}
