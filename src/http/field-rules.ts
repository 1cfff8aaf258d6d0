import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsString, Length, Matches } from 'class-validator';

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const NO_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f]*$/;

/** A line of text; control characters are refused: PostgreSQL cannot keep a NUL, and a terminal obeys the others. */
export function IsLine(minLength: number, maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength, maxLength }),
    IsString({ message: 'must be a string' }),
    Length(minLength, maxLength, { message: `must be ${minLength} to ${maxLength} characters long` }),
    Matches(NO_CONTROL_CHARACTERS, { message: 'must not contain control characters' }),
  );
}

/**
 * A part of a login: any text at all, since what is wrong with a wrong one is nobody's business. Passport answers an
 * empty one at once, which would tell it from a wrong one by its timing; so it becomes a text that nobody has.
 */
export function IsLoginPart(): PropertyDecorator {
  return applyDecorators(
    IsString({ message: 'must be a string' }),
    Transform(({ value }: { value: unknown }) => (value === '' ? ' ' : value)),
  );
}
