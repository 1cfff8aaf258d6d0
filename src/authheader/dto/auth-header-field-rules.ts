import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, Matches, ValidateNested } from 'class-validator';
import { SCOPE } from '../../auth/right-names.js';
import { messageKey } from '../../i18n/message.js';
import { IsCidrList } from '../../net/ip-ranges.js';
import { RateLimitDto } from './rate-limit.dto.js';

/** The scopes of an auth header. */
export function IsScopes(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'array', items: { type: 'string', pattern: SCOPE.source } }),
    // The first that fails is told.
    IsArray(messageKey('must_be_an_array_of_strings')),
    ArrayMaxSize(50, messageKey('must_hold_at_most_scopes', { max: 50 })),
    ArrayUnique(messageKey('must_not_hold_a_scope_twice')),
    Matches(SCOPE, { ...messageKey('must_be_scopes'), each: true }),
  );
}

/** The addresses and networks that an auth header may be used from. */
export function IsNetworks(): PropertyDecorator {
  return applyDecorators(
    IsCidrList(messageKey('must_be_networks')),
    ArrayMaxSize(50, messageKey('must_hold_at_most_networks', { max: 50 })),
  );
}

/** A {@link RateLimitDto}. */
export function IsRateLimit(): PropertyDecorator {
  return applyDecorators(
    IsObject(messageKey('must_be_an_object')),
    ValidateNested(messageKey('must_be_an_object')),
    Type(() => RateLimitDto),
  );
}
