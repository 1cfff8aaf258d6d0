/**
 * How strongly a login was proved, from weak to strong, after the assurance levels of NIST SP 800-63B: `aal2` is the proof of two
 * different factors. The JWT says it as its `acr` (OpenID Connect Core, section 2).
 */
export type Acr = 'aal1' | 'aal2';

const LEVELS: Readonly<Record<Acr, number>> = { aal1: 1, aal2: 2 };

/** How far the clocks of two machines may differ, in seconds, if nothing else is said. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** What is required of the login behind a credential (RFC 9470). An auth header has no login, and meets no such requirement. */
export interface LoginRequirement {
  /** How strongly the login was proved, at least. */
  readonly acr?: Acr | undefined;
  /** How long ago the login was, at most, in seconds. A renewal of its JWT is no login. */
  readonly maxAgeSeconds?: number | undefined;
}

/** What is known of the login behind a credential; undefined what is not known, such as from a server of an older version. */
export interface LoginProof {
  readonly acr: Acr | undefined;
  /** When the user logged in, in seconds since 1970: the `auth_time` of OpenID Connect Core, section 2. */
  readonly authTimeSeconds: number | undefined;
}

export function isAcr(value: unknown): value is Acr {
  return typeof value === 'string' && Object.hasOwn(LEVELS, value);
}

/**
 * Whether a login meets a requirement. What is not known meets none. Neither does a login in the future, which a clock that went
 * back would leave recent for as long as it went back.
 * @param proof undefined for an auth header
 */
export function meetsLoginRequirement(
  proof: LoginProof | undefined,
  { acr, maxAgeSeconds }: LoginRequirement,
  clockToleranceSeconds: number = CLOCK_TOLERANCE_SECONDS,
): boolean {
  if (acr !== undefined && !(levelOf(proof?.acr) >= levelOf(acr))) return false;
  if (maxAgeSeconds === undefined) return true;
  const ageSeconds = Math.floor(Date.now() / 1000) - (proof?.authTimeSeconds ?? NaN);
  return ageSeconds >= -clockToleranceSeconds && ageSeconds <= maxAgeSeconds;
}

/** The parameters by which a challenge says what is required (RFC 9470, section 3), after its `error`. */
export function loginChallengeParameters({ acr, maxAgeSeconds }: LoginRequirement): string {
  return [
    'error_description="A more recent or a stronger login is required"',
    ...(acr === undefined ? [] : [`acr_values="${acr}"`]),
    ...(maxAgeSeconds === undefined ? [] : [`max_age="${maxAgeSeconds}"`]),
  ].join(', ');
}

/** Not a number for what is no `acr`, and then every comparison fails. */
function levelOf(acr: Acr | undefined): number {
  return isAcr(acr) ? LEVELS[acr] : NaN;
}
