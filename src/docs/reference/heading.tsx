import type { ComponentChildren, VNode } from 'preact';

export interface HeadingProps {
  readonly level: 2 | 3;
  /** The id of the section. */
  readonly id: string;
  readonly children: ComponentChildren;
}

/** The heading of a section, with a link to it. */
export function Heading({ level, id, children }: HeadingProps): VNode {
  const Tag = level === 2 ? 'h2' : 'h3';
  return (
    <Tag id={`${id}-title`}>
      {children}{' '}
      <a class="anchor" href={`#${id}`} aria-label="Link to this section">
        #
      </a>
    </Tag>
  );
}
