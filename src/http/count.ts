/** The number in a query string. Digits only: `Number` would also accept `1e3`, `0x10`, `5.0` and blanks at the ends. */
export function toCount({ value }: { readonly value: unknown }): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}
