import {
  type ArgumentMetadata,
  type Type,
  ValidationPipe,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { ApiError, type FieldError } from '../errors/api-error.js';
import { invalidFields, refuseFields, unknownField } from '../errors/invalid-fields.js';
import { message, type Message } from '../i18n/message.js';
import { complaintsOfForm, declaredFields } from './form-complaints.js';
import { isObject, type Renamed, withOwnNames } from './other-names.js';

/** The error in the field names of the request. */
function named({ code, localized, details, headers }: ApiError, sentAs: Renamed['sentAs']): ApiError {
  const complaints = details?.map((complaint) => ({ ...complaint, field: sentAs(complaint.field) }));
  return new ApiError(code, { message: localized, headers, ...(complaints && { details: complaints }) });
}

class RequestPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return this.check(value, metadata);
    // Nest would treat a null as an absent body where the body is optional.
    if (value !== undefined && !isObject(value)) throw noObject();
    try {
      return await this.check(value, metadata);
    } catch (error) {
      if (value === undefined && error instanceof ApiError) throw emptyBody(error);
      throw error;
    }
  }

  private async check(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const renamed = withOwnNames(value, metadata.metatype);
    try {
      refuseFields(complaintsOfForm(renamed.value, metadata.metatype));
      return (await super.transform(renamed.value, metadata)) as unknown;
    } catch (error) {
      throw error instanceof ApiError ? named(error, renamed.sentAs) : error;
    }
  }
}

function noObject(): ApiError {
  const details = [{ field: '', message: message('must_be_an_object') }];
  return new ApiError('invalid_fields', { message: message('body_must_be_an_object'), details });
}

/** Names the fields that a body would need. */
function emptyBody({ code, details = [] }: ApiError): ApiError {
  return new ApiError(code, { message: message('body_is_empty'), details });
}

const OPTIONS: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  validationError: { target: true },
  exceptionFactory: (errors) => invalidFields(fieldErrorsOf(errors)),
};

/** Transforms a body into its DTO and rejects undeclared fields. The error names invalid fields, at most ten. */
export const requestPipe: ValidationPipe = new RequestPipe({ ...OPTIONS, forbidNonWhitelisted: true });

/** A body as its DTO, by {@link requestPipe}, for what is no request of the API. @throws ApiError `invalid_fields` */
export async function checkedAs<Dto extends object>(body: object, metatype: Type<Dto>): Promise<Dto> {
  return (await requestPipe.transform(body, { type: 'body', metatype })) as Dto;
}

/** Like {@link requestPipe}, but for the form of an OAuth request, whose undeclared parameters are ignored. */
export const formPipe: ValidationPipe = new ValidationPipe(OPTIONS);

function* fieldErrorsOf(errors: readonly ValidationError[], parent = ''): Generator<FieldError> {
  for (const error of errors) {
    const field = parent + error.property;
    for (const rule of Object.keys(error.constraints ?? {})) yield { field, message: messageOf(rule, error) };
    yield* fieldErrorsOf(error.children ?? [], `${field}.`);
  }
}

/** A rule carries its message in its context, except class-validator's own check for unknown fields. */
function messageOf(rule: string, { property, target, value, contexts = {} }: ValidationError): Message {
  if (rule === 'whitelistValidation') return unknownField(property, declaredFields(target?.constructor));
  const broken = contexts[rule] as Message | undefined;
  // A rule about two fields says itself which of them are absent.
  if (value === undefined && !isAboutTwoFields(broken)) return message('is_required');
  return broken ?? message('is_not_valid');
}

function isAboutTwoFields(broken: Message | undefined): boolean {
  return broken?.values !== undefined && 'other' in broken.values;
}
