import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayUnique, IsArray, isEmail, Matches, MaxLength, registerDecorator } from 'class-validator';
import { IsLine } from '../../http/field-rules.js';

/** A username: a line of text without blanks at its ends. */
export function IsUsername(): PropertyDecorator {
  return applyDecorators(IsLine(1, 100), Matches(/^\S(?:.*\S)?$/, { message: 'must not begin or end with a blank' }));
}

/** An e-mail address. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(IsEmailText(), MaxLength(254, { message: 'must be at most 254 characters long' }));
}

/** Roles: words such as `admin`, which is the one of ours. */
export function IsRoles(): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: 'must be an array of strings' }),
    ArrayMaxSize(50, { message: 'must hold at most 50 roles' }),
    ArrayUnique({ message: 'must not hold a role twice' }),
    Matches(/^[a-z][\w:.-]{0,63}$/i, { each: true, message: 'must be words of letters, digits and _ : . -' }),
  );
}

/** Half a surrogate pair is in no address, and class-validator's own rule throws at one. */
function IsEmailText(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isEmailText',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (text: unknown) => typeof text === 'string' && !/\p{Surrogate}/u.test(text) && isEmail(text),
        defaultMessage: () => 'must be an e-mail address',
      },
    });
  };
}
