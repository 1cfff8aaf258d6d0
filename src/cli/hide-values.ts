/** Removes values from a complaint about arguments: a rejected one may be a password typed in the wrong place. */
export function hideValues(text: string): string {
  return text.replace(/('--[\w-]+)=[^']*'/g, "$1'");
}
