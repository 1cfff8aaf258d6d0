import {
  type ArgumentMetadata,
  ValidationPipe,
  type ValidationError,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { ApiError, type FieldError } from '../errors/api-error.js';
import { invalidFields, refuseFields } from '../errors/invalid-fields.js';
import { message, type Message } from '../i18n/message.js';
import { complaintsOfForm } from './form-complaints.js';
import { type Renamed, withOwnNames } from './other-names.js';

/** The error in the field names of the request. */
function named({ code, localized, details, headers }: ApiError, sentAs: Renamed['sentAs']): ApiError {
  const complaints = details?.map((complaint) => ({ ...complaint, field: sentAs(complaint.field) }));
  return new ApiError(code, { message: localized, headers, ...(complaints && { details: complaints }) });
}

class RequestPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Nest would treat a null as an absent body where the body is optional.
    if (value === null && metadata.type === 'body') {
      throw invalidFields([{ field: '', message: message('must_be_an_object') }]);
    }
    const renamed = withOwnNames(value, metadata.metatype);
    try {
      refuseFields(complaintsOfForm(renamed.value, metadata.metatype));
      return (await super.transform(renamed.value, metadata)) as unknown;
    } catch (error) {
      throw error instanceof ApiError ? named(error, renamed.sentAs) : error;
    }
  }
}

const OPTIONS: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => invalidFields(fieldErrorsOf(errors)),
};

/** Transforms a body into its DTO and rejects undeclared fields. The error names invalid fields, at most ten. */
export const requestPipe: ValidationPipe = new RequestPipe({ ...OPTIONS, forbidNonWhitelisted: true });

/** Like {@link requestPipe}, but for the form of an OAuth request, whose undeclared parameters are ignored. */
export const formPipe: ValidationPipe = new ValidationPipe(OPTIONS);

function* fieldErrorsOf(errors: readonly ValidationError[], parent = ''): Generator<FieldError> {
  for (const { property, constraints = {}, contexts = {}, children = [] } of errors) {
    const field = parent + property;
    for (const rule of Object.keys(constraints)) yield { field, message: messageOf(rule, contexts[rule]) };
    yield* fieldErrorsOf(children, `${field}.`);
  }
}

/** A rule carries its message in its context, except class-validator's own check for unknown fields. */
function messageOf(rule: string, context: unknown): Message {
  if (context !== undefined) return context as Message;
  return message(rule === 'whitelistValidation' ? 'is_not_a_known_field' : 'is_not_valid');
}
