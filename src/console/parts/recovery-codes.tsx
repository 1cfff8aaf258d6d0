import type { View } from '../page.js';
import type { Visit } from '../visit.js';
import { CopyButton } from './copy-button.js';
import { Note } from './note.js';

/** Recovery codes, once. @param to the page that follows */
export function recoveryCodesView(visit: Visit, codes: readonly string[], to: string): View {
  const { text } = visit;
  const body = (
    <>
      <Note kind="warning">
        <p>{text('recovery_codes_text', { count: codes.length })}</p>
        <p>{text('store_codes')}</p>
      </Note>
      <pre class="secret" id="codes" dir="ltr" tabIndex={0} role="group" aria-label={text('recovery_codes')}>
        {codes.map(inGroups).join('\n')}
      </pre>
      <p class="buttons scripted">
        <CopyButton visit={visit} of="codes" label={text('copy_codes')} />
        <span role="status" id="announcement" class="unseen" />
      </p>
      <p class="buttons">
        <a class="button" href={visit.url(to)}>
          {text('codes_are_stored')}
        </a>
      </p>
    </>
  );
  return { title: text('recovery_codes'), body };
}

/** People read and copy it by hand more easily so; the hyphens may be left out. */
function inGroups(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? code;
}
