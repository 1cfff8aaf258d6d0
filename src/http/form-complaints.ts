import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import type { FieldError } from '../errors/api-error.js';
import { message } from '../i18n/message.js';

const DEPTH_LIMIT = 10;
/**
 * How many values a request may hold, at whatever depth, to be read as its DTO. None that is right comes near; reading one
 * of 16 KiB takes ten milliseconds of the one thread.
 */
const MAX_VALUES = 256;

/** The fields that a DTO declares, and what is to be in each. */
type Declared = ReadonlyMap<string, unknown>;
const NOTHING: Declared = new Map();
const declarations = new WeakMap<Type, Declared>();

/**
 * What is wrong with the form of a request's fields, found one after the other. It is what class-transformer and
 * class-validator would not survive, would not see or would take long for: nesting so deep that it overflows the stack, names
 * that every object has already, and very many values.
 * @param type the DTO, if the fields have one.
 */
export function* complaintsOfForm(value: unknown, type: Type | undefined): Generator<FieldError> {
  yield* new FormWalk(holdsMoreThan(MAX_VALUES, value)).walk(value, declaredBy(type), '', 0);
}

class FormWalk {
  private values = 0;

  constructor(private readonly holdsTooMuch: boolean) {}

  *walk(value: unknown, declared: Declared, field: string, depth: number): Generator<FieldError> {
    if (typeof value !== 'object' || value === null) return;
    if (depth > DEPTH_LIMIT) {
      yield { field, message: message('is_nested_too_deeply') };
      return;
    }
    const isArray = Array.isArray(value);
    for (const [key, child] of Object.entries(value) as [string, unknown][]) {
      if (this.values > MAX_VALUES) return;
      this.values += 1;
      const path = isArray ? field : field === '' ? key : `${field}.${key}`;
      if (!isArray && (isOfEveryObject(key) || this.isSurplus(key, declared))) {
        yield { field: path, message: message('is_not_a_known_field') };
      } else if (this.values > MAX_VALUES) {
        yield { field: declared.size > 0 ? path : field, message: message('holds_too_many_values') };
      } else {
        yield* this.walk(child, isArray ? NOTHING : declaredBy(declared.get(key)), path, depth + 1);
      }
    }
  }

  /** Where there is little, class-validator names what is not declared, and what is missing as well. */
  private isSurplus(key: string, declared: Declared): boolean {
    return this.holdsTooMuch && declared.size > 0 && !declared.has(key);
  }
}

function isOfEveryObject(key: string): boolean {
  return key in Object.prototype || key === 'prototype';
}

function holdsMoreThan(limit: number, whole: unknown): boolean {
  const open: unknown[] = [whole];
  let values = 0;
  while (open.length > 0 && values <= limit) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value) as unknown[];
    values += children.length;
    open.push(...children);
  }
  return values > limit;
}

/** The names of the fields that a DTO declares. @param type as {@link declaredBy} */
export function declaredFields(type: unknown): Iterable<string> {
  return declaredBy(type).keys();
}

/** @param type a DTO, or whatever else a field is declared as. */
function declaredBy(type: unknown): Declared {
  if (typeof type !== 'function') return NOTHING;
  const dto = type as Type;
  let declared = declarations.get(dto);
  if (declared === undefined) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
    const typeOf = (name: string): unknown => Reflect.getMetadata('design:type', dto.prototype as object, name);
    declared = new Map(rules.map(({ propertyName }) => [propertyName, typeOf(propertyName)]));
    declarations.set(dto, declared);
  }
  return declared;
}
