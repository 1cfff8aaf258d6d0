import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayUnique, IsArray, isEmail, Matches, MaxLength, registerDecorator } from 'class-validator';
import { IsLine } from '../../http/field-rules.js';
import { otherwise } from '../../i18n/message.js';

/** A username: a line of text without blanks at its ends. */
export function IsUsername(): PropertyDecorator {
  return applyDecorators(IsLine(1, 100), Matches(/^\S(?:.*\S)?$/, otherwise('must_not_begin_or_end_with_a_blank')));
}

/** An e-mail address. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(IsEmailText(), MaxLength(254, otherwise('must_be_at_most_of_length', { max: 254 })));
}

/** Roles: words such as `admin`, which is the one of ours. */
export function IsRoles(): PropertyDecorator {
  return applyDecorators(
    IsArray(otherwise('must_be_an_array_of_strings')),
    ArrayMaxSize(50, otherwise('must_hold_at_most_roles', { max: 50 })),
    ArrayUnique(otherwise('must_not_hold_a_role_twice')),
    Matches(/^[a-z][\w:.-]{0,63}$/i, { ...otherwise('must_be_roles'), each: true }),
  );
}

/** Half a surrogate pair is in no address, and class-validator's own rule throws at one. */
function IsEmailText(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isEmailText',
      target: target.constructor,
      propertyName: String(property),
      options: otherwise('must_be_an_email_address'),
      validator: {
        validate: (text: unknown) => typeof text === 'string' && !/\p{Surrogate}/u.test(text) && isEmail(text),
      },
    });
  };
}
