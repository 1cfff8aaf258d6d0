import type { VNode } from 'preact';
import type { UserVisit } from '../visit.js';
import { type Complaints, Field } from './form.js';

/** The fields of a user's profile, as a form has them. */
export interface Profile {
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly roles: readonly string[];
}

/** The profile that a form asks for. */
export function profileIn(visit: UserVisit): Profile {
  return {
    username: visit.field('username').trim(),
    email: visit.field('email').trim(),
    firstname: visit.field('firstname').trim(),
    lastname: visit.field('lastname').trim(),
    roles: visit
      .field('roles')
      .split(/[\s,]+/)
      .filter((role) => role !== ''),
  };
}

/** The labels of the fields, for the summary of what was wrong. */
export function profileLabels({ text }: UserVisit): Readonly<Record<string, string>> {
  return {
    username: text('username'),
    email: text('email'),
    firstname: text('firstname'),
    lastname: text('lastname'),
    roles: text('roles'),
  };
}

interface ProfileFieldsProps {
  readonly visit: UserVisit;
  readonly complaints: Complaints | undefined;
  /** The values to begin with. */
  readonly profile: Profile;
  readonly isService: boolean;
}

/** The fields of a user's profile. They are somebody else's: the browser must not fill in the administrator's own. */
export function ProfileFields({ visit, complaints, profile, isService }: ProfileFieldsProps): VNode {
  const { text } = visit;
  const plain = { autocapitalize: 'none', spellcheck: false, autocomplete: 'off' } as const;
  return (
    <>
      <Field
        name="username"
        label={text('username')}
        complaints={complaints}
        input={{ value: profile.username, required: true, maxLength: 100, ...plain }}
      />
      <Field
        name="email"
        label={text('email')}
        complaints={complaints}
        {...(isService ? { hint: text('email_of_service_hint') } : {})}
        input={{ value: profile.email, type: 'email', required: !isService, maxLength: 254, ...plain }}
      />
      {!isService && (
        <>
          <Field
            name="firstname"
            label={text('firstname')}
            complaints={complaints}
            input={{ value: profile.firstname, maxLength: 100, autocomplete: 'off' }}
          />
          <Field
            name="lastname"
            label={text('lastname')}
            complaints={complaints}
            input={{ value: profile.lastname, maxLength: 100, autocomplete: 'off' }}
          />
        </>
      )}
      <Field
        name="roles"
        label={text('roles')}
        hint={text('roles_hint')}
        complaints={complaints}
        input={{ value: profile.roles.join(' '), dir: 'ltr', ...plain }}
      />
    </>
  );
}
