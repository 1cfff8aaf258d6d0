/** An auth header that was just made. */
export class AddedAuthHeaderDto {
  /**
   * Auth header ID
   * @example 0198c5a2-6f1e-7c3a-9d5b-2f4e6a8c0b1d
   */
  id: string;

  /**
   * Auth header name
   * @example production-api-key
   */
  name: string;

  /**
   * Auth header token value; masked (`ep_Ab12…9xYz`) in a list that may not show it.
   * @example ep_0123456789ABCDEFGHIJKLMNOPQRST0vfZxN
   */
  token: string;

  /**
   * Creation timestamp, in UTC
   * @example 2023-01-15T10:30:42Z
   */
  created: string;

  /**
   * When it ends, in UTC; absent where it never does.
   * @example 2030-01-15T10:30:42Z
   */
  expires?: string;

  /**
   * What it may be used for.
   * @example ["orders:read"]
   */
  scopes: string[];

  /**
   * The addresses and networks it may be used from; absent where it may be from everywhere.
   * @example ["10.0.0.0/8"]
   */
  allowedIps?: string[];
}

/** An auth header as the list shows it. */
export class AuthHeaderDto extends AddedAuthHeaderDto {
  /**
   * When it was last accepted, in UTC; absent where it never was.
   * @example 2023-01-16T08:00:00Z
   */
  lastUsed?: string;
}
