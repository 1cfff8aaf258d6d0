import { Expose, Transform } from 'class-transformer';

const environmentNames = new Map<string, string>();

/** Binds a property to its environment variable; `read` turns the variable's text into the property's type. */
export function Setting(environmentName: string, read: (text: string) => unknown = (text) => text): PropertyDecorator {
  return (target, property) => {
    environmentNames.set(String(property), environmentName);
    Expose({ name: environmentName })(target, property);
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? read(value) : value))(target, property);
  };
}

/** The environment variable behind a property of the settings. */
export function environmentNameOf(property: string): string {
  return environmentNames.get(property) ?? property;
}

/** Every environment variable the server reads. */
export function knownEnvironmentNames(): string[] {
  return [...environmentNames.values()];
}
