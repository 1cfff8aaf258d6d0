import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, isEmail, Matches, MaxLength } from 'class-validator';
import { ROLE } from '../../auth/right-names.js';
import { IsName, IsNoVariantOf, ruleFor, USERNAME_MAX_LENGTH } from '../../http/field-rules.js';
import { emailKey, usernameKey } from '../../i18n/name-key.js';
import { isVisible, isWellFormed } from '../../i18n/visible-text.js';
import { messageKey } from '../../i18n/message.js';

/** In characters, the unit of the database columns. */
const EMAIL_MAX_LENGTH = 254;
const MAX_ROLES = 50;

/** A username. Its key must fit its column too: one letter can fold to several. */
export function IsUsername(): PropertyDecorator {
  const max = USERNAME_MAX_LENGTH;
  return applyDecorators(
    IsName(max),
    ruleFor(
      'hasShortKey',
      messageKey('must_be_of_length', { min: 1, max }),
      (name) => lengthOf(usernameKey(name)) <= max,
    ),
  );
}

/** An e-mail address, whose host may be internationalised. */
export function IsEmailAddress(): PropertyDecorator {
  const max = EMAIL_MAX_LENGTH;
  return applyDecorators(
    ApiProperty({ maxLength: max }),
    // class-validator's own rule throws on an unpaired surrogate.
    ruleFor('isEmailText', messageKey('must_be_an_email_address'), (text) => isWellFormed(text) && isEmail(text)),
    MaxLength(max, messageKey('must_be_at_most_of_length', { max })),
    ruleFor('hasShortKey', messageKey('must_be_at_most_of_length', { max }), (text) => lengthOf(emailKey(text)) <= max),
    ruleFor('isVisible', messageKey('must_not_contain_invisible_characters'), isVisible),
  );
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** A list of roles. The document lacks `uniqueItems`, of which some generators make a set, which they send as `{}`. */
export function IsRoles(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'array', items: { type: 'string', pattern: ROLE.source }, maxItems: MAX_ROLES }),
    IsArray(messageKey('must_be_an_array_of_strings')),
    ArrayMaxSize(MAX_ROLES, messageKey('must_hold_at_most_roles', { max: MAX_ROLES })),
    ArrayUnique(messageKey('must_not_hold_a_role_twice')),
    Matches(ROLE, { ...messageKey('must_be_roles'), each: true }),
    IsNoVariantOf('admin'),
  );
}
