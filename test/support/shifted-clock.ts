/** Settings of a process whose clock is ahead of the real time, or behind it by a negative number. */
export function shiftedClock(byMs: number): { readonly NODE_OPTIONS: string } {
  const script = `
    const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...values) {
        if (values.length === 0) super(Date.now());
        else super(...values);
      }
      static now() { return Real.now() + ${byMs}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
