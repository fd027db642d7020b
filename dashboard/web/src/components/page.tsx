import type { ReactNode } from 'react';

type Props = { title: string; count?: ReactNode; tools?: ReactNode; children: ReactNode };

/** A page with a heading, tools to its right, and a body that fills the rest of the screen. */
export function Page({ title, count, tools, children }: Props) {
  return (
    <main className="page" id="main">
      <div className="page-head">
        <h1>
          {title} {count !== undefined && <span className="panel-count">{count}</span>}
        </h1>
        {tools !== undefined && <div className="page-tools">{tools}</div>}
      </div>
      <div className="page-body">{children}</div>
    </main>
  );
}
