import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useTexts } from '../../components/use-texts.ts';
import { addAt, keyOn, movePoint, type Point, type Shape } from './shape.ts';

type Props = {
  shape: Shape | null;
  /** Step in the picture drawn as an arrow from the middle of the shape; null = none. */
  arrow: Point | null;
  onChange: (shape: Shape) => void;
  isReadOnly: boolean;
  /** Width divided by height of the picture. */
  ratio: number;
  /** The picture behind. */
  children: ReactNode;
};

const percent = (value: number) => `${value * 100}%`;

function Drawing({ shape, arrow }: { shape: Shape; arrow: Point | null }) {
  const tip = useId();
  const points = shape.points.map(([x, y]) => `${x * 1000},${y * 1000}`).join(' ');
  const middle = shape.points.reduce<Point>(
    ([x, y], point) => [x + point[0] / shape.points.length, y + point[1] / shape.points.length],
    [0, 0],
  );
  return (
    <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" className="shape-drawing">
      <defs>
        <marker id={tip} viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5" markerHeight="5" orient="auto">
          <path d="M0 0L10 5L0 10z" />
        </marker>
      </defs>
      {shape.kind === 'zone' ? (
        <polygon points={points} className="shape-zone" />
      ) : (
        <polyline points={points} className="shape-line" markerEnd={`url(#${tip})`} />
      )}
      {arrow !== null && (
        <line
          x1={middle[0] * 1000}
          y1={middle[1] * 1000}
          x2={(middle[0] + arrow[0] * 0.15) * 1000}
          y2={(middle[1] + arrow[1] * 0.15) * 1000}
          className="shape-arrow"
          markerEnd={`url(#${tip})`}
        />
      )}
    </svg>
  );
}

/**
 * Draws a zone or a line on the picture. Pointer: drag a point, press beside it to add one. Keyboard on a point: arrows move
 * (Shift: further), Enter adds, Delete removes.
 */
export function ShapeEditor({ shape, arrow, onChange, isReadOnly, ratio, children }: Props) {
  const { t } = useTexts();
  const frame = useRef<HTMLDivElement>(null);
  const numbered = (shape?.points ?? []).map((point, index) => ({ point, index }));
  const handles = useRef<(HTMLButtonElement | null)[]>([]);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    handles.current[wanted.current]?.focus();
    wanted.current = null;
  });
  const pointOf = (event: PointerEvent): Point | null => {
    const area = frame.current?.getBoundingClientRect();
    if (area === undefined || area.width === 0) return null;
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
  };
  const onPress = (event: PointerEvent<HTMLDivElement>) => {
    const point = pointOf(event);
    if (shape === null || point === null || isReadOnly || event.target !== event.currentTarget) return;
    event.preventDefault();
    const added = addAt(shape, point);
    wanted.current = added.index < 0 ? null : added.index;
    onChange(added.shape);
  };
  const onDrag = (event: PointerEvent<HTMLButtonElement>, index: number) => {
    const point = pointOf(event);
    if (shape === null || point === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    onChange(movePoint(shape, index, point));
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const done = shape === null ? null : keyOn(shape, index, event);
    if (done === null) return;
    event.preventDefault();
    wanted.current = done.focus;
    onChange(done.shape);
  };
  return (
    <div className="shape-frame" ref={frame} style={{ aspectRatio: ratio }}>
      {children}
      {shape !== null && <Drawing shape={shape} arrow={arrow} />}
      <div className="shape-surface" onPointerDown={onPress} data-testid="shape-surface" />
      {shape !== null &&
        !isReadOnly &&
        numbered.map(({ point: [x, y], index }) => (
          <button
            key={index}
            type="button"
            ref={(element) => {
              handles.current[index] = element;
            }}
            className="shape-handle"
            style={{ left: percent(x), top: percent(y) }}
            aria-label={t('rules.point', {
              number: index + 1,
              count: shape.points.length,
              x: Math.round(x * 100),
              y: Math.round(y * 100),
            })}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={(event) => onDrag(event, index)}
            onKeyDown={(event) => onKey(event, index)}
          />
        ))}
    </div>
  );
}
