import type { FrameworkPreview } from '../../api/safety-index-types.ts';
import { withoutSample } from '../../components/area-tree.ts';
import { Panel } from '../../components/panel.tsx';
import { scrollRegion } from '../../components/scroll-region.ts';
import { useTexts } from '../../components/use-texts.ts';
import { changeText } from './waterfall.ts';
import { lineOfPath } from './yaml-lines.ts';

type Props = { preview: FrameworkPreview; yaml: string; onLine: (line: number) => void };
type Problem = FrameworkPreview['problems'][number];

function ProblemItem({ problem, yaml, onLine }: { problem: Problem } & Omit<Props, 'preview'>) {
  const { t } = useTexts();
  const isNamed = /\bline \d+/i.test(problem.message);
  const line = lineOfPath(yaml, isNamed ? problem.message : problem.path);
  return (
    <li>
      <code>{problem.path === '' ? '·' : problem.path}</code>
      <span>{problem.message}</span>
      {line !== null && (
        <button type="button" className="link" onClick={() => onLine(line)}>
          {t('safety.frameworks.gotoLine', { line })}
        </button>
      )}
    </li>
  );
}

/** What the check found, each with the way to its line, and what the newest period would look like. */
export function FrameworkTrial({ preview, yaml, onLine }: Props) {
  const { t, pick } = useTexts();
  const { problems, areas } = preview;
  const text = (score: number | null) => (score === null ? t('safety.insufficient') : score.toFixed(2));
  return (
    <>
      <Panel title={t('safety.frameworks.problems', { count: problems.length })} className="problems">
        {problems.length === 0 ? (
          <p className="page-hint">{t('safety.frameworks.noProblems')}</p>
        ) : (
          <ul {...scrollRegion}>
            {problems.map((problem) => (
              <ProblemItem
                key={`${problem.path} ${problem.message}`}
                problem={problem}
                yaml={yaml}
                onLine={onLine}
              />
            ))}
          </ul>
        )}
      </Panel>
      {areas.length > 0 && (
        <Panel title={t('safety.frameworks.results')} className="trial">
          <div className="panel-scroll" {...scrollRegion}>
            <table className="figures">
              <thead>
                <tr className="figures-head">
                  <th scope="col">{t('safety.area')}</th>
                  <th scope="col">{t('safety.frameworks.before')}</th>
                  <th scope="col">{t('safety.frameworks.after')}</th>
                  <th scope="col">{t('safety.frameworks.delta')}</th>
                </tr>
              </thead>
              <tbody>
                {areas.map(({ code, name, level, before, after }) => (
                  <tr key={code} className={`trial-${level}`}>
                    <th scope="row">{withoutSample(pick(name))}</th>
                    <td>{text(before)}</td>
                    <td>{text(after)}</td>
                    <td>
                      {before === null || after === null ? t('common.none') : changeText(after - before)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
    </>
  );
}
