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

/** Settings of a process whose clock is ahead by the milliseconds in a file, or behind, from 20 ms after each change of it. */
export function jumpingClock(file: string): { readonly NODE_OPTIONS: string } {
  const script = `
    import { readFileSync } from 'node:fs';
    const Real = Date;
    let byMs = 0;
    setInterval(() => {
      try { byMs = Number(readFileSync(${JSON.stringify(file)}, 'utf8')); } catch {}
    }, 20).unref();
    globalThis.Date = class Date extends Real {
      constructor(...values) {
        if (values.length === 0) super(Date.now());
        else super(...values);
      }
      static now() { return Real.now() + byMs; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}
