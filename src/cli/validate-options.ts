import type { Type } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { checkedAs } from '../http/request.pipe.js';
import { toEnglish } from '../i18n/message.js';
import { UsageError } from './command-error.js';

/** The option of a field, if it is not the field's name in kebab case. */
const OPTIONS: Readonly<Record<string, string>> = {
  roles: '--role',
  scopes: '--scope',
  allowedIps: '--allowed-ip',
  'rateLimit.limit': '--requests',
  'rateLimit.windowSeconds': '--window-seconds',
};

/** Converts the options of a command to the DTO of the same HTTP call and validates it by the same rules. @throws UsageError */
export async function validateOptions<T extends object>(dto: Type<T>, fields: Partial<T>): Promise<T> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  try {
    return await checkedAs(given, dto);
  } catch (error) {
    if (!(error instanceof ApiError) || error.details === undefined) throw error;
    throw new UsageError(
      error.details.map(({ field, message }) => `${optionOf(field)} ${toEnglish(message)}`).join('; '),
    );
  }
}

function optionOf(field: string): string {
  return OPTIONS[field] ?? `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
