import type { VNode } from 'preact';
import type { Visit } from '../visit.js';

/** Copies the text of an element. It needs a script, and is hidden without one. @param of the id of the element */
export function CopyButton({ visit, of, label }: { visit: Visit; of: string; label: string }): VNode {
  return (
    <button type="button" class="quiet" data-copies={of} data-copied={visit.text('copied')}>
      {label}
    </button>
  );
}
