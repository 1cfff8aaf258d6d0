import type { ReadAnswer } from './effects.js';

const SECRETS = /\bep_[0-9A-Za-z]{36}\b|\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Every credential that an answer shows in full. */
export function secretsIn({ text, headers }: ReadAnswer): string[] {
  return [...text.matchAll(SECRETS), ...(headers.get('authorization') ?? '').matchAll(SECRETS)].map(
    ([secret]) => secret,
  );
}

export const isAuthHeader = (secret: string): boolean => secret.startsWith('ep_');
