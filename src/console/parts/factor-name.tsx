import type { View } from '../page.js';
import type { Visit } from '../visit.js';
import { Buttons, type Complaints, Field, Form } from './form.js';

interface NameProps {
  readonly to: string;
  readonly title: string;
  readonly explanation: string;
  /** The name that is proposed. */
  readonly name: string;
}

/** Asks what a new second factor shall be called. */
export function factorNameView(
  visit: Visit,
  { to, title, explanation, name }: NameProps,
  complaints?: Complaints,
): View {
  const { text } = visit;
  const body = (
    <>
      <p>{explanation}</p>
      <Form visit={visit} to={to} complaints={complaints} labels={{ name: text('factor_name') }}>
        <Field
          name="name"
          label={text('factor_name')}
          hint={text('factor_name_hint')}
          complaints={complaints}
          input={{ value: visit.field('name') || name, maxLength: 100, required: true, autocomplete: 'off' }}
        />
        <Buttons label={text('continue')} back={{ url: visit.url('/factors'), label: text('cancel') }} />
      </Form>
    </>
  );
  return { title, body };
}
