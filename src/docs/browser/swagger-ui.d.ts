/** The used part of swagger-ui-dist's global. The published types describe another package. */
declare function SwaggerUIBundle(options: object): SwaggerSystem;

interface SwaggerSystem {
  readonly authSelectors: { authorized(): { keySeq(): { toArray(): string[] } } };
  readonly specSelectors: { specJson(): { getIn(path: string[]): { toJS(): object } } };
  readonly authActions: {
    authorizeWithPersistOption(chosen: Record<string, SwaggerAuthorization>): void;
    logoutWithPersistOption(names: string[]): void;
  };
}

interface SwaggerAuthorization {
  readonly name: string;
  readonly schema: object;
  /** A token, or the username and password of `Basic`. */
  readonly value: unknown;
}

interface SwaggerDocument {
  readonly info: object;
  readonly components: {
    readonly schemas: Readonly<Record<string, SwaggerSchema>>;
    readonly securitySchemes: Readonly<Record<string, { description: string }>>;
  };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: SwaggerBody }>>>>;
}

interface SwaggerBody {
  readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } } | undefined>>;
}

interface SwaggerSchema {
  readonly properties?: Readonly<Record<string, { example?: unknown }>>;
  readonly required?: readonly string[];
}

interface SwaggerRequest {
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Record<string, string>;
}

interface SwaggerResponse {
  readonly ok: boolean;
  readonly url: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body. */
  readonly obj?: unknown;
}
