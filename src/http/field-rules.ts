import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  type ValidationArguments,
  type ValidationOptions,
} from 'class-validator';
import { isVisible, isWellFormed } from '../i18n/visible-text.js';
import { messageKey } from '../i18n/message.js';
import { toCount } from './count.js';
import { readId } from './id.js';

/** In characters, the unit of the database columns. */
export const USERNAME_MAX_LENGTH = 100;

/** A recovery code has 24 characters, and room for separators. */
const OTP_MAX_LENGTH = 64;
const CHALLENGE_TOKEN_MAX_LENGTH = 100;

/** The message for an invalid id. */
type IdComplaint = 'must_be_an_id' | 'must_be_the_id_of_a_session' | 'must_be_a_cursor';

/** A line of text whose characters are all visible: a name with invisible characters could imitate another name. */
export function IsSingleLine(minLength: number, maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength, maxLength }),
    IsString(messageKey('must_be_a_string')),
    Length(minLength, maxLength, messageKey('must_be_of_length', { min: minLength, max: maxLength })),
    ruleFor('isVisible', messageKey('must_not_contain_invisible_characters'), isVisible),
  );
}

/** A name: a single line without leading or trailing blanks, which are invisible. */
export function IsName(maxLength: number): PropertyDecorator {
  const pattern = /^\S(?:.*\S)?$/;
  return applyDecorators(
    IsSingleLine(1, maxLength),
    ApiProperty({ pattern: pattern.source }),
    Matches(pattern, messageKey('must_not_begin_or_end_with_a_blank')),
  );
}

/** An id, in either letter case. It is converted to lower case, in which the server stores ids. */
export function IsId(key: IdComplaint): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    ruleFor('isId', messageKey(key), (text) => readId(text) !== undefined),
  );
}

/** The id of a user, or the username. What has the form of an id is one: name a user whose username has it by another field. */
export function IsIdOrUsername(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength: 1, maxLength: USERNAME_MAX_LENGTH }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (readId(value) ?? value) : value)),
    ruleFor(
      'isIdOrUsername',
      messageKey('must_be_the_id_of_a_user'),
      (text) => text !== '' && Array.from(text).length <= USERNAME_MAX_LENGTH && isVisible(text),
    ),
  );
}

/**
 * A field of a login: any string, because a rejected value must not reveal why it is wrong. Passport rejects an empty string
 * at once, which would be a timing side channel, and an unpaired surrogate is hashed like any other. So both are replaced by
 * a string that matches no user.
 */
export function IsLoginField(): PropertyDecorator {
  return applyDecorators(
    IsString(messageKey('must_be_a_string')),
    Transform(({ value }: { value: unknown }) =>
      value === '' || (typeof value === 'string' && !isWellFormed(value)) ? ' ' : value,
    ),
  );
}

/** A code of a second factor, or a recovery code, with the blanks and hyphens that people type. */
export function IsOtp(): PropertyDecorator {
  return IsSingleLine(1, OTP_MAX_LENGTH);
}

/** The token of a login's second step or of an enrolment. */
export function IsChallengeToken(): PropertyDecorator {
  return IsSingleLine(1, CHALLENGE_TOKEN_MAX_LENGTH);
}

/**
 * A new password: any well-formed text. The password policy needs the user, so it is checked later. Its limits are settings,
 * which the document builder knows: it finds the fields of new passwords by their format and minimum.
 */
export function IsNewPassword(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ format: 'password', minLength: 1 }),
    IsString(messageKey('must_be_a_string')),
    ruleFor('isWellFormed', messageKey('must_not_contain_lone_surrogates'), isWellFormed),
  );
}

/** A whole number of at least 1 in a query, where everything is text. */
export function IsQueryCount(max: number): PropertyDecorator {
  const rule = messageKey('must_be_within', { min: 1, max });
  return applyDecorators(
    ApiProperty({ minimum: 1, maximum: max }),
    Transform(toCount),
    Min(1, rule),
    Max(max, rule),
    IsInt(messageKey('must_be_a_whole_number')),
  );
}

/** An optional field. Unlike with `IsOptional`, null does not count as absent. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** An optional field whose value null removes what is stored. */
export function IsClearable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}

/**
 * One of two fields of which a body holds exactly one. Both or none is an error of each of them. Put it below the other rules of
 * the field: the first rule that is registered reports its error.
 * @param other the name of the other field.
 */
export function IsOneOfBoth(other: string): PropertyDecorator {
  return applyDecorators(IsRequiredWithout(other), IsNotGivenWith(other));
}

/** One of two fields of which a body holds at least one. Put it below the other rules of the field, like {@link IsOneOfBoth}. */
export function IsRequiredWithout(other: string): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    addRule(target, name, 'isGiven', messageKey('is_required_without', { other }), (body) => {
      return isGiven(body, name) || isGiven(body, other);
    });
    // The other rules of an absent field apply to nothing, unless both are absent.
    ValidateIf((body: object) => isGiven(body, name) || !isGiven(body, other))(target, property);
    ApiProperty({ required: false })(target, property);
  };
}

/** A field that excludes another. @param other the name of the other field. */
export function IsNotGivenWith(other: string): PropertyDecorator {
  return (target, property) => {
    const name = String(property);
    const options = messageKey('must_not_be_given_with', { other });
    addRule(target, name, 'isAlone', options, (body) => !(isGiven(body, name) && isGiven(body, other)));
  };
}

function isGiven(body: object, name: string): boolean {
  return (body as Record<string, unknown>)[name] !== undefined;
}

/** A rule that looks at the whole body. */
function addRule(
  target: object,
  propertyName: string,
  name: string,
  options: ValidationOptions,
  isRight: (body: object) => boolean,
): void {
  const validate = (_: unknown, context?: ValidationArguments): boolean => isRight(context?.object ?? {});
  registerDecorator({ name, target: target.constructor, propertyName, options, validator: { validate } });
}

/** A validation rule for a string, with its own condition. */
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

/** A timestamp with a time zone (RFC 3339, section 5.6), whose year also has four digits in UTC. */
export function IsDateTime(): PropertyDecorator {
  return ruleFor(
    'isDateTime',
    messageKey('must_be_a_date_time'),
    (text) => DATE_TIME.test(text) && isOnTheCalendar(text),
  );
}

/** `Date` would convert February 30 to March 2. */
function isOnTheCalendar(text: string): boolean {
  const local = text.slice(0, 19);
  const asWritten = new Date(`${local}Z`);
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999 && asWritten.toISOString().startsWith(local);
}

/**
 * Refuses a word in a list that differs from a built-in one in case only: `Admin` looks like the right and is none.
 * @param word in lower case
 */
export function IsNoVariantOf(word: string): PropertyDecorator {
  const options = { ...messageKey('must_be_spelt', { word }), each: true };
  return ruleFor(`isNoVariantOf ${word}`, options, (text) => !isVariantOf(text, word));
}

/** Whether a text is a word in another case. @param word in lower case */
export function isVariantOf(text: string, word: string): boolean {
  return text !== word && text.toLowerCase() === word;
}
