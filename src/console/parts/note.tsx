import type { ComponentChildren, VNode } from 'preact';

/** A note that stands out. A notice of what was done is a status, which a screen reader says. */
export function Note({
  kind,
  children,
}: {
  kind: 'success' | 'warning' | 'notice';
  children: ComponentChildren;
}): VNode {
  return (
    <div role={kind === 'success' ? 'status' : 'note'} class={`note ${kind}`}>
      {children}
    </div>
  );
}
