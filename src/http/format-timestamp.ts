/** Formats a timestamp as the API documents do: UTC, to the second, `2023-01-15T10:30:42Z` (RFC 3339). */
export function formatTimestamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
