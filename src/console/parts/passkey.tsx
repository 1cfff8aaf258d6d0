import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { VNode } from 'preact';
import type { Visit } from '../visit.js';

interface PasskeyProps {
  readonly visit: Visit;
  readonly label: string;
  /** Whether the button is the main one of its form. */
  readonly isMain?: boolean;
  /** To make a passkey, or to prove one. They hold no secret. */
  readonly options:
    | { readonly create: PublicKeyCredentialCreationOptionsJSON }
    | { readonly get: PublicKeyCredentialRequestOptionsJSON };
  /** Whether browsers may offer a passkey in the field of the name, before the button is pressed. */
  readonly fillsIn?: boolean;
}

/**
 * The button that asks the browser for a passkey, and sends the form that it is in with its answer in the field `passkey`. A page
 * with one sets `usesPasskeys`.
 */
export function PasskeyButton({ visit, label, options, isMain = false, fillsIn = false }: PasskeyProps): VNode {
  const { text, parts } = visit;
  const [how, request] = 'create' in options ? ['create', options.create] : ['get', options.get];
  const rpId = 'create' in options ? options.create.rp.id : options.get.rpId;
  return (
    <>
      <input type="hidden" name="passkey" />
      <p class="unscripted">{text('passkey_needs_script')}</p>
      <p class="complaint" role="alert" data-passkey-message />
      <p class="buttons scripted">
        <button
          type="button"
          class={isMain ? '' : 'quiet'}
          hidden
          data-passkey={how}
          data-options={JSON.stringify(request)}
          data-fills-in={fillsIn ? '' : undefined}
          data-unfinished={text('passkey_unfinished')}
          data-known={text('passkey_known')}
          data-elsewhere={text('passkey_elsewhere', { address: addressOf(rpId, parts.serverUrl) })}
          data-unsupported={text('passkey_needs_script')}
        >
          {label}
        </button>
      </p>
    </>
  );
}

/** Where passkeys of a domain work. */
function addressOf(rpId: string | undefined, serverUrl: string): string {
  const { hostname, port, protocol, origin } = new URL(serverUrl);
  if (rpId === undefined || hostname === rpId) return origin;
  return `${protocol}//${rpId}${port === '' ? '' : `:${port}`}`;
}
