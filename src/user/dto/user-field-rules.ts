import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayUnique, IsArray, isEmail, Matches, MaxLength, registerDecorator } from 'class-validator';
import { IsSingleLine } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';

/** A username: a line of text without leading or trailing blanks. */
export function IsUsername(): PropertyDecorator {
  return applyDecorators(
    IsSingleLine(1, 100),
    Matches(/^\S(?:.*\S)?$/, messageKey('must_not_begin_or_end_with_a_blank')),
  );
}

/** An e-mail address. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(IsEmailText(), MaxLength(254, messageKey('must_be_at_most_of_length', { max: 254 })));
}

/** Roles: words such as `admin`, the only built-in role. */
export function IsRoles(): PropertyDecorator {
  return applyDecorators(
    IsArray(messageKey('must_be_an_array_of_strings')),
    ArrayMaxSize(50, messageKey('must_hold_at_most_roles', { max: 50 })),
    ArrayUnique(messageKey('must_not_hold_a_role_twice')),
    Matches(/^[a-z][\w:.-]{0,63}$/i, { ...messageKey('must_be_roles'), each: true }),
  );
}

/** Rejects an unpaired surrogate, because class-validator's own rule throws on one. */
function IsEmailText(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isEmailText',
      target: target.constructor,
      propertyName: String(property),
      options: messageKey('must_be_an_email_address'),
      validator: {
        validate: (text: unknown) => typeof text === 'string' && !/\p{Surrogate}/u.test(text) && isEmail(text),
      },
    });
  };
}
