import type { Type } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../errors/api-error.js';
import { invalidFields } from '../errors/invalid-fields.js';
import { message } from '../i18n/message.js';

/** The field for each other name; undefined for a name whose value is ignored. */
type OtherNames = Readonly<Record<string, string | undefined>>;

const OTHER_NAMES = Symbol('other names');

/**
 * The names by which a response has the fields of a DTO, so that a client can send back what it got: each with the field of the
 * DTO, or with undefined for what only the server decides, whose value is ignored. They are not in the document, because a
 * generated type would have two fields for one thing.
 */
export function AlsoAccepts(names: OtherNames): ClassDecorator {
  return Reflect.metadata(OTHER_NAMES, names);
}

/** A body in the names of its DTO. */
export interface Renamed {
  readonly value: unknown;
  /** The name by which the body had a field, for complaints about it. */
  readonly sentAs: (field: string) => string;
}

/**
 * Replaces the other names in a body.
 * @throws ApiError `invalid_fields` for a field that is there by two names with different values
 */
export function withOwnNames(value: unknown, type: Type | undefined): Renamed {
  const names = (type && (Reflect.getMetadata(OTHER_NAMES, type) as OtherNames | undefined)) ?? {};
  const body = isObject(value) ? value : {};
  const used = Object.keys(body).filter((name) => Object.hasOwn(names, name));
  if (used.length === 0) return { value, sentAs: (field) => field };
  const complaints = used.flatMap((name) => complaintAbout(body, name, names[name]));
  if (complaints.length > 0) throw invalidFields(complaints);
  const own = Object.entries(body).flatMap(([name, held]) => {
    const field = Object.hasOwn(names, name) ? names[name] : name;
    return field === undefined ? [] : [[field, held] as const];
  });
  return { value: Object.fromEntries(own), sentAs: (field) => used.find((name) => names[name] === field) ?? field };
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function complaintAbout(
  body: Readonly<Record<string, unknown>>,
  name: string,
  field: string | undefined,
): FieldError[] {
  if (field === undefined || !Object.hasOwn(body, field) || isDeepStrictEqual(body[name], body[field])) return [];
  return [{ field: name, message: message('must_not_be_given_with', { other: field }) }];
}
