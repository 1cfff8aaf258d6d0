import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, registerDecorator, ValidateIf } from 'class-validator';
import { messageKey } from '../i18n/message.js';

// eslint-disable-next-line no-control-regex -- the rule matches control characters
const NO_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f]*$/;

/** A line of text without control characters: PostgreSQL cannot store a NUL, and a terminal interprets the others. */
export function IsSingleLine(minLength: number, maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength, maxLength }),
    IsString(messageKey('must_be_a_string')),
    Length(minLength, maxLength, messageKey('must_be_of_length', { min: minLength, max: maxLength })),
    Matches(NO_CONTROL_CHARACTERS, messageKey('must_not_contain_control_characters')),
  );
}

/**
 * A field of a login: any string, because a rejected value must not reveal why it is wrong. Passport rejects an empty string
 * at once, which would be a timing side channel, so it is replaced by a string that matches no user.
 */
export function IsLoginField(): PropertyDecorator {
  return applyDecorators(
    IsString(messageKey('must_be_a_string')),
    Transform(({ value }: { value: unknown }) => (value === '' ? ' ' : value)),
  );
}

/** An optional field. Unlike with `IsOptional`, null does not count as absent. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A timestamp with a time zone (RFC 3339, section 5.6), whose year also has four digits in UTC. */
export function IsDateTime(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isDateTime',
      target: target.constructor,
      propertyName: String(property),
      options: messageKey('must_be_a_date_time'),
      validator: {
        validate: (text: unknown) => typeof text === 'string' && DATE_TIME.test(text) && isOnTheCalendar(text),
      },
    });
  };
}

/** `Date` would convert February 30 to March 2. */
function isOnTheCalendar(text: string): boolean {
  const local = text.slice(0, 19);
  const asWritten = new Date(`${local}Z`);
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999 && asWritten.toISOString().startsWith(local);
}
