import type { OpenAPIObject } from '@nestjs/swagger';
import { FORM_TYPE } from '../../http/form-body.js';
import { asAdministrator } from './administrator.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The environment variable from which samples read the credential, and in which login samples store the JWT. */
export const TOKEN_VARIABLE = 'TOKEN';

/** The request of a sample, independent of a language. */
export interface SampleRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  /** Whether it presents the credential of {@link TOKEN_VARIABLE}. */
  readonly isGuarded: boolean;
  /** The JSON body; absent if there is none. */
  readonly body?: unknown;
  /** The parameters of a form, in place of a JSON body. */
  readonly form?: Readonly<Record<string, string>>;
  /** Set if the response has headers only, without a body. */
  readonly answersInHeaders?: true;
  /** The place of the JWT in the response: the `Authorization` header, or a field of the body. */
  readonly jwt?: { readonly in: 'header' } | { readonly in: 'body'; readonly field: string };
}

/**
 * Builds the sample request of an operation from the examples in the document. It contains the required parts and no optional
 * ones.
 */
export function sampleRequest(serverUrl: string, method: string, path: string, operation: Operation): SampleRequest {
  const sent = bodyOf(operation);
  // A client that authenticates in the form must not do so in a header too.
  const isGuarded = (operation.security ?? []).length > 0 && sent.form?.client_secret === undefined;
  return {
    method: method.toUpperCase(),
    url: serverUrl + fillIn(path, operation),
    isGuarded,
    ...sent,
    ...answerOf(operation),
  };
}

function fillIn(path: string, { parameters = [] }: Operation): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const parameter of parameters) {
    if ('$ref' in parameter) continue;
    const { in: place, name, required } = parameter;
    const example = String(parameter.example);
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(example));
    if (place === 'query' && required) query.append(name, example);
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

/** The body that the sample of an operation sends. */
export function bodyOf({ requestBody }: Operation): Pick<SampleRequest, 'body' | 'form'> {
  if (requestBody === undefined || '$ref' in requestBody || !requestBody.required) return {};
  const form = requestBody.content[FORM_TYPE];
  if (form !== undefined) return { form: form.example as Record<string, string> };
  return { body: asAdministrator(requestBody.content['application/json']?.example) };
}

function answerOf({ responses }: Operation): Pick<SampleRequest, 'jwt' | 'answersInHeaders'> {
  const success = responses['200'];
  if (success === undefined || '$ref' in success) return {};
  if (success.headers !== undefined && 'Authorization' in success.headers) return { jwt: { in: 'header' } };
  if (success.content === undefined) return { answersInHeaders: true };
  const answer: unknown = success.content['application/json']?.example;
  const [field] = Object.entries(answer ?? {}).find(([name, value]) => /^\w+$/.test(name) && isJwt(value)) ?? [];
  return field === undefined ? {} : { jwt: { in: 'body', field } };
}

function isJwt(value: unknown): boolean {
  return typeof value === 'string' && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
}
