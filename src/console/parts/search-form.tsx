import type { VNode } from 'preact';
import type { Visit } from '../visit.js';

/** A field for what a list is searched for. It is sent in the address, so that the result can be kept and sent to others. */
export function SearchForm({ visit, label, value }: { visit: Visit; label: string; value: string }): VNode {
  return (
    <form method="get" action={visit.url(visit.parts.path)} class="search" role="search">
      <Language visit={visit} />
      <div class="field">
        <label for="search">{label}</label>
        <input id="search" name="search" type="search" value={value} maxLength={100} autocomplete="off" />
      </div>
      <button class="quiet">{visit.text('search')}</button>
    </form>
  );
}

/** Keeps the language that the visitor chose: a form that is sent in the address replaces its query. */
export function Language({ visit }: { visit: Visit }): VNode | null {
  return visit.parts.hasChosenLocale ? <input type="hidden" name="lang" value={visit.locale} /> : null;
}
