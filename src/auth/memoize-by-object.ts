/** A function whose result for an object is computed once, and forgotten with the object. */
export function memoizeByObject<Subject extends object, Said>(
  say: (subject: Subject) => Said,
): (subject: Subject) => Said {
  const known = new WeakMap<Subject, Said>();
  return (subject) => {
    let said = known.get(subject);
    if (said === undefined) {
      said = say(subject);
      known.set(subject, said);
    }
    return said;
  };
}
