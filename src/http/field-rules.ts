import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches, registerDecorator, ValidateIf } from 'class-validator';
import { otherwise } from '../i18n/message.js';

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const NO_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f]*$/;

/** A line of text; control characters are refused: PostgreSQL cannot keep a NUL, and a terminal obeys the others. */
export function IsLine(minLength: number, maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength, maxLength }),
    IsString(otherwise('must_be_a_string')),
    Length(minLength, maxLength, otherwise('must_be_of_length', { min: minLength, max: maxLength })),
    Matches(NO_CONTROL_CHARACTERS, otherwise('must_not_contain_control_characters')),
  );
}

/**
 * A part of a login: any text at all, since what is wrong with a wrong one is nobody's business. Passport answers an
 * empty one at once, which would tell it from a wrong one by its timing; so it becomes a text that nobody has.
 */
export function IsLoginPart(): PropertyDecorator {
  return applyDecorators(
    IsString(otherwise('must_be_a_string')),
    Transform(({ value }: { value: unknown }) => (value === '' ? ' ' : value)),
  );
}

/** A field that need not be there; unlike with `IsOptional`, a null is not taken for its absence. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A moment with its zone (RFC 3339, section 5.6), in a year that has four digits in UTC too. */
export function IsDateTime(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isDateTime',
      target: target.constructor,
      propertyName: String(property),
      options: otherwise('must_be_a_date_time'),
      validator: {
        validate: (text: unknown) => typeof text === 'string' && DATE_TIME.test(text) && isOnTheCalendar(text),
      },
    });
  };
}

/** A `Date` takes February 30 for March 2. */
function isOnTheCalendar(text: string): boolean {
  const local = text.slice(0, 19);
  const asWritten = new Date(`${local}Z`);
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999 && asWritten.toISOString().startsWith(local);
}
