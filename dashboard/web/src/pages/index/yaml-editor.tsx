import { type RefObject, useRef } from 'react';
import { useTexts } from '../../components/use-texts.ts';

const LINE_PX = 20;

export type EditorRef = RefObject<HTMLTextAreaElement | null>;

type Props = { text: string; onChange: (text: string) => void; readOnly: boolean; editor: EditorRef };

/** A plain text area with the numbers of its lines beside it. */
export function YamlEditor({ text, onChange, readOnly, editor }: Props) {
  const { t } = useTexts();
  const gutter = useRef<HTMLPreElement>(null);
  const count = text.split('\n').length;
  const numbers = Array.from({ length: count }, (_, index) => index + 1).join('\n');
  return (
    <div className="yaml">
      <pre className="yaml-gutter" ref={gutter} aria-hidden="true">
        {numbers}
      </pre>
      <textarea
        ref={editor}
        className="yaml-text"
        aria-label={t('safety.frameworks.editorLabel')}
        spellCheck={false}
        wrap="off"
        readOnly={readOnly}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onScroll={({ currentTarget }) => {
          if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

/** Puts the caret on a line (from 1) and brings it into view. */
export function goToLine(editor: EditorRef, line: number): void {
  const area = editor.current;
  if (area === null) return;
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
  area.scrollTop = Math.max(0, (line - 6) * LINE_PX);
}
