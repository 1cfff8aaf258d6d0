/** The documentation in a sentence, for search engines, previews of links and language models. */
export const SUMMARY =
  'Log in with a password and get a JWT, make auth headers (API keys) for programs, and check both: every call, with samples in four languages.';
