import type { ComponentChildren, VNode } from 'preact';

export interface HeadingProps {
  readonly level: 2 | 3;
  /** The id of the section. */
  readonly id: string;
  /** Other addresses of the section. */
  readonly aliases?: readonly string[];
  readonly children: ComponentChildren;
}

/** The heading of a section, with a link to it. */
export function Heading({ level, id, aliases = [], children }: HeadingProps): VNode {
  const Tag = level === 2 ? 'h2' : 'h3';
  return (
    <Tag id={`${id}-title`}>
      {aliases.map((alias) => (
        <span key={alias} id={alias} class="alias" />
      ))}
      {children}{' '}
      <a class="anchor" href={`#${id}`} aria-label="Link to this section">
        #
      </a>
    </Tag>
  );
}
