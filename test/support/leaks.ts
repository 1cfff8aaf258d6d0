import { ADMIN, type RunningServer } from './launch.js';

const FORBIDDEN: readonly RegExp[] = [
  /\n\s+at |node_modules|file:\/\/|\.[cm]?[jt]s:\d+/,
  /SQLITE|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE FROM\b|\bBEGIN IMMEDIATE\b/i,
  /postgres(?:ql)?:\/\/|\bviolates \w+ constraint\b|\brelation "|\bECONN[A-Z]+\b/i,
  /\bep_[0-9A-Za-z]{36}\b|\beyJ[\w-]+\.[\w-]+\.|\$argon2/,
];

/** Throws if a text holds what no refusal may tell: a stack trace, an SQL text, a folder or a secret. */
export function refuseLeaks(text: string, { folder }: Pick<RunningServer, 'folder'>): void {
  const leaks = [
    ...FORBIDDEN.filter((pattern) => pattern.test(text)).map(String),
    ...[folder, process.cwd(), ADMIN.password].filter((secret) => text.includes(secret)),
  ];
  if (leaks.length > 0) throw new Error(`A refusal leaks ${leaks.join(', ')}: ${text}`);
}
