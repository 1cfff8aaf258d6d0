import type { Type } from '@nestjs/common';
import { ApiError } from '../errors/api-error.js';
import { requestPipe } from '../http/request.pipe.js';
import { inEnglish } from '../i18n/message.js';
import { WrongUsage } from './refusal.js';

/** The option behind a field, where it is not the field's name in kebab case. */
const OPTIONS: Readonly<Record<string, string>> = { roles: '--role' };

/** The options of a command as the DTO of the same call over HTTP, checked by the same rules. @throws WrongUsage */
export async function checked<T extends object>(dto: Type<T>, fields: Partial<T>): Promise<T> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  try {
    return (await requestPipe.transform(given, { type: 'body', metatype: dto })) as T;
  } catch (error) {
    if (!(error instanceof ApiError) || error.details === undefined) throw error;
    throw new WrongUsage(
      error.details.map(({ field, message }) => `${optionOf(field)} ${inEnglish(message)}`).join('; '),
    );
  }
}

function optionOf(field: string): string {
  return OPTIONS[field] ?? `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
