import { type ReactNode, useId } from 'react';

type Props = {
  title: ReactNode;
  /** Beside the title, to the right. */
  extra?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A framed part of a screen with its heading; a landmark by that heading. */
export function Panel({ title, extra, className = '', children }: Props) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {extra}
      </div>
      {children}
    </section>
  );
}
