import type { ComponentChildren, InputHTMLAttributes, VNode } from 'preact';
import type { Visit } from '../visit.js';

/** What was wrong with a form, in the language of the visitor. */
export interface Complaints {
  /** What was wrong with the form as a whole, if anything. */
  readonly summary?: string;
  /** By the name of the field. */
  readonly fields: Readonly<Record<string, string>>;
}

interface FormProps {
  readonly visit: Visit;
  /** The page that takes the form: its path below `/console`. */
  readonly to: string;
  readonly complaints?: Complaints | undefined;
  /** The labels of the fields, by their names, for the links of the summary. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly children: ComponentChildren;
}

/** A form, below the summary of what was wrong with it. */
export function Form({ visit, to, complaints, labels = {}, children }: FormProps): VNode {
  return (
    <>
      {complaints !== undefined && <Summary visit={visit} complaints={complaints} labels={labels} />}
      <form method="post" action={visit.url(to)} class="form">
        {children}
      </form>
    </>
  );
}

interface SummaryProps {
  readonly visit: Visit;
  readonly complaints: Complaints;
  readonly labels: Readonly<Record<string, string>>;
}

/** It takes the focus, so that a screen reader begins with it, and leads to each field. */
export function Summary({ visit, complaints: { summary, fields }, labels }: SummaryProps): VNode {
  return (
    <div class="note warning summary" role="alert" tabIndex={-1} autofocus aria-labelledby="summary-title">
      <h2 id="summary-title">{visit.text('problems')}</h2>
      {summary !== undefined && <p>{summary}</p>}
      {Object.keys(fields).length > 0 && (
        <ul>
          {Object.entries(fields).map(([name, complaint]) => (
            <li key={name}>
              {labels[name] === undefined ? (
                `${name}: ${complaint}`
              ) : (
                <a href={`#${name}`}>{`${labels[name]}: ${complaint}`}</a>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly complaints?: Complaints | undefined;
  /** Further attributes of the field, such as `type`, `autocomplete` and `value`. */
  readonly input?: InputHTMLAttributes;
  /** How many lines the field has; an `input` without. */
  readonly lines?: number;
}

/** A labelled field, with its hint and what was wrong with it. */
export function Field({ name, label, hint, complaints, input = {}, lines }: FieldProps): VNode {
  const complaint = complaints?.fields[name];
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(complaint === undefined ? [] : [`${name}-complaint`]),
  ];
  const common = {
    id: name,
    name,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
    'aria-invalid': complaint === undefined ? undefined : ('true' as const),
  };
  return (
    <div class={complaint === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {complaint !== undefined && (
        <p class="complaint" id={`${name}-complaint`}>
          {complaint}
        </p>
      )}
      {lines === undefined ? (
        <input {...input} {...common} />
      ) : (
        <textarea {...common} rows={lines} spellcheck={false} autocapitalize="none">
          {input.value}
        </textarea>
      )}
    </div>
  );
}

interface BoxProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly isTicked?: boolean;
}

/** A box to tick. */
export function Box({ name, label, hint, isTicked = false }: BoxProps): VNode {
  return (
    <div class="box">
      <input
        type="checkbox"
        id={name}
        name={name}
        checked={isTicked}
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
      />
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly complaints?: Complaints | undefined;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly chosen: string;
}

/** One of several values. */
export function Choice({ name, label, hint, complaints, options, chosen }: ChoiceProps): VNode {
  const complaint = complaints?.fields[name];
  const described = [hint === undefined ? '' : `${name}-hint`, complaint === undefined ? '' : `${name}-complaint`];
  return (
    <div class={complaint === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {complaint !== undefined && (
        <p class="complaint" id={`${name}-complaint`}>
          {complaint}
        </p>
      )}
      <select id={name} name={name} aria-describedby={described.join(' ').trim() || undefined}>
        {options.map(([value, shown]) => (
          <option key={value} value={value} selected={value === chosen}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The end of a form: what sends it, and the way back. */
export function Buttons({ label, back, isDangerous = false }: ButtonsProps): VNode {
  return (
    <p class="buttons">
      <button class={isDangerous ? 'danger' : ''}>{label}</button>
      {back !== undefined && <a href={back.url}>{back.label}</a>}
    </p>
  );
}

interface ButtonsProps {
  readonly label: string;
  readonly back?: { readonly url: string; readonly label: string };
  /** Whether it takes something away for good. */
  readonly isDangerous?: boolean;
}
