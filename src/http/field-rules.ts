import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, registerDecorator, ValidateIf, type ValidationOptions } from 'class-validator';
import { isVisible, isWellFormed } from '../i18n/visible-text.js';
import { otherwise } from '../languages/message.js';
import { readId } from './id.js';

/** Whose id it must be. */
type IdComplaint = 'must_be_an_id' | 'must_be_the_id_of_a_user' | 'must_be_the_id_of_a_session' | 'must_be_a_cursor';

/** A line of text that a reader sees every character of: of two that look alike, one could stand for the other. */
export function IsLine(minLength: number, maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength, maxLength }),
    IsString(otherwise('must_be_a_string')),
    Length(minLength, maxLength, otherwise('must_be_of_length', { min: minLength, max: maxLength })),
    ruleFor('isVisible', otherwise('must_not_contain_invisible_characters'), isVisible),
  );
}

/** A line that names something: without blanks at its ends, which nobody sees. */
export function IsName(maxLength: number): PropertyDecorator {
  const pattern = /^\S(?:.*\S)?$/;
  return applyDecorators(
    IsLine(1, maxLength),
    ApiProperty({ pattern: pattern.source }),
    Matches(pattern, otherwise('must_not_begin_or_end_with_a_blank')),
  );
}

/** An id, in either letter case: it is compared as the server writes it, in lower case. */
export function IsId(key: IdComplaint): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    ruleFor('isId', otherwise(key), (text) => readId(text) !== undefined),
  );
}

/**
 * A part of a login: any text at all, since what is wrong with a wrong one is nobody's business. Passport answers an
 * empty one at once, which would tell it from a wrong one by its timing, and half of a surrogate pair would be hashed as
 * any other is; so either becomes a text that nobody has.
 */
export function IsLoginPart(): PropertyDecorator {
  return applyDecorators(
    IsString(otherwise('must_be_a_string')),
    Transform(({ value }: { value: unknown }) =>
      value === '' || (typeof value === 'string' && !isWellFormed(value)) ? ' ' : value,
    ),
  );
}

/** A password to be set: any text whose characters are whole; how good it is depends on whose it is. */
export function IsNewPassword(): PropertyDecorator {
  return applyDecorators(
    IsString(otherwise('must_be_a_string')),
    ruleFor('isWellFormed', otherwise('must_not_contain_lone_surrogates'), isWellFormed),
  );
}

/** A field that need not be there; unlike with `IsOptional`, a null is not taken for its absence. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** A rule of a text's own. */
export function ruleFor(
  name: string,
  options: ValidationOptions,
  isRight: (text: string) => boolean,
): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options,
      validator: { validate: (text: unknown) => typeof text === 'string' && isRight(text) },
    });
  };
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A moment with its zone (RFC 3339, section 5.6), in a year that has four digits in UTC too. */
export function IsDateTime(): PropertyDecorator {
  return ruleFor(
    'isDateTime',
    otherwise('must_be_a_date_time'),
    (text) => DATE_TIME.test(text) && isOnTheCalendar(text),
  );
}

/** A `Date` takes February 30 for March 2. */
function isOnTheCalendar(text: string): boolean {
  const local = text.slice(0, 19);
  const asWritten = new Date(`${local}Z`);
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999 && asWritten.toISOString().startsWith(local);
}
