import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, Matches, ValidateNested } from 'class-validator';
import { SCOPE } from '../../auth/right-names.js';
import { IsNoVariantOf } from '../../http/field-rules.js';
import { messageKey } from '../../i18n/message.js';
import { IsCidrList } from '../../net/ip-ranges.js';
import { RateLimitDto } from './rate-limit.dto.js';

const MAX_SCOPES = 50;
const MAX_NETWORKS = 50;

/** The scopes of an auth header. The document lacks `uniqueItems`, of which some generators make a set, which they send as `{}`. */
export function IsScopes(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: 'array', items: { type: 'string', pattern: SCOPE.source }, maxItems: MAX_SCOPES }),
    // The first that fails is told.
    IsArray(messageKey('must_be_an_array_of_strings')),
    ArrayMaxSize(MAX_SCOPES, messageKey('must_hold_at_most_scopes', { max: MAX_SCOPES })),
    ArrayUnique(messageKey('must_not_hold_a_scope_twice')),
    Matches(SCOPE, { ...messageKey('must_be_scopes'), each: true }),
    IsNoVariantOf('admin'),
    IsNoVariantOf('authheader:manage'),
  );
}

/** The addresses and networks that an auth header may be used from. */
export function IsNetworks(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ maxItems: MAX_NETWORKS }),
    IsCidrList(messageKey('must_be_networks')),
    ArrayMaxSize(MAX_NETWORKS, messageKey('must_hold_at_most_networks', { max: MAX_NETWORKS })),
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
