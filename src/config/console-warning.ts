import { leadsHere } from '../net/loopback.js';
import type { Settings } from './settings.js';

/** The warning of `doctor` about a console whose sessions anybody on the network could take over. */
export function warnOfPlainConsole({
  servesConsole,
  publicUrl,
  isProduction,
}: Pick<Settings, 'servesConsole' | 'publicUrl' | 'isProduction'>): string[] {
  if (!servesConsole || publicUrl?.startsWith('https:') === true) return [];
  if (publicUrl !== undefined && leadsHere(publicUrl)) return [];
  if (isProduction) return ['The console is closed except on this machine: it needs a PUBLIC_URL of https (CONSOLE)'];
  if (publicUrl === undefined) return [];
  return ['PUBLIC_URL is not https: anybody on the network can take over a session of the console (CONSOLE)'];
}
