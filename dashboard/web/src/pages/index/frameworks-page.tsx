import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import {
  approveFramework,
  frameworkQuery,
  frameworksQuery,
  previewFramework,
  saveFramework,
  submitFramework,
} from '../../api/safety-index.ts';
import type { Framework, FrameworkHead, FrameworkPreview } from '../../api/safety-index-types.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayAnalyse, useSession } from '../../shell/session.tsx';
import { FrameworkTrial } from './framework-trial.tsx';
import { goToLine, YamlEditor } from './yaml-editor.tsx';

const TONE: Record<FrameworkHead['state'], Tone> = {
  draft: 'info',
  submitted: 'warn',
  active: 'good',
  retired: 'quiet',
};

function Version({
  head,
  isChosen,
  onChoose,
}: {
  head: FrameworkHead;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const { t, pick } = useTexts();
  return (
    <li>
      <button type="button" className="version" aria-pressed={isChosen} onClick={onChoose}>
        <span className="version-head">
          <b>
            {pick(head.name)} {head.version}
          </b>
          <Chip tone={TONE[head.state]}>{t(`safety.frameworks.state.${head.state}`)}</Chip>
        </span>
        <span className="quiet">
          {head.author} · {timeText(head.at).slice(0, 16)}
        </span>
        <span className="quiet">
          {t('safety.frameworks.approver')} {head.approver ?? t('common.none')} ·{' '}
          <code className="hash">{head.sha256.slice(0, 10)}</code>
        </span>
      </button>
    </li>
  );
}

/** Submit a draft, approve what another person submitted. */
function Signing({ framework }: { framework: Framework }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const session = useSession();
  const { isBusy, run } = useAction();
  const { id, state, author } = framework;
  if (state !== 'draft' && state !== 'submitted') return null;
  const isDraft = state === 'draft';
  const isRefused = !isDraft && session?.user.username === author;
  const act = () =>
    void run(async () => {
      await (isDraft ? submitFramework(id) : approveFramework(id));
      await Promise.all(
        [['frameworks'], ['framework', id]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      return isDraft ? t('safety.frameworks.submitted') : t('safety.frameworks.approved');
    });
  return (
    <>
      {!isDraft && <span className="quiet">{t('safety.frameworks.secondPerson')}</span>}
      <Button loading={isBusy} disabled={isRefused} onClick={act}>
        {isDraft ? t('safety.frameworks.submit') : t('safety.frameworks.approve')}
      </Button>
    </>
  );
}

function Editor({ framework, onSaved }: { framework: Framework; onSaved: (id: string) => void }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const mayAnalyse = useMayAnalyse();
  const { isBusy, run } = useAction();
  const [text, setText] = useState(framework.yaml);
  const [preview, setPreview] = useState<FrameworkPreview | null>(null);
  const editor = useRef<HTMLTextAreaElement>(null);
  const hasChanged = text !== framework.yaml;
  const check = () =>
    void run(async () => {
      const found = await previewFramework(text);
      setPreview(found);
      return found.problems.length === 0 ? t('safety.frameworks.noProblems') : null;
    });
  const save = () =>
    void run(async () => {
      const saved = await saveFramework(text);
      await client.invalidateQueries({ queryKey: ['frameworks'] });
      onSaved(saved.id);
      return t('safety.frameworks.saved', { version: saved.version });
    });
  return (
    <>
      <Panel
        title={t('safety.frameworks.editor')}
        className="editor"
        extra={
          <div className="editor-tools">
            <Chip tone={hasChanged ? 'warn' : 'quiet'}>
              {hasChanged
                ? t('safety.frameworks.changed')
                : t('safety.frameworks.savedText', { version: framework.version })}
            </Chip>
            {mayAnalyse && (
              <>
                <Signing framework={framework} />
                <Button loading={isBusy} onClick={check}>
                  {t('safety.frameworks.preview')}
                </Button>
                <Button type="primary" disabled={!hasChanged || isBusy} onClick={save}>
                  {t('safety.frameworks.save')}
                </Button>
              </>
            )}
          </div>
        }
      >
        {hasChanged && <p className="page-hint">{t('safety.frameworks.newVersionHint')}</p>}
        <YamlEditor text={text} onChange={setText} readOnly={!mayAnalyse} editor={editor} />
      </Panel>
      <div className="frameworks-trial">
        {preview === null ? (
          <div className="note">{t('safety.frameworks.notChecked')}</div>
        ) : (
          <FrameworkTrial preview={preview} yaml={text} onLine={(line) => goToLine(editor, line)} />
        )}
      </div>
    </>
  );
}

/** 评价框架: versions of the framework, its text with check and trial, signed by two persons. */
export function FrameworksPage() {
  const { t } = useTexts();
  const list = useQuery(frameworksQuery);
  const [wanted, setWanted] = useState<string | null>(null);
  const heads = list.data?.items ?? [];
  const id = wanted ?? heads.find(({ state }) => state === 'active')?.id ?? heads[0]?.id ?? null;
  const query = useQuery({ ...frameworkQuery(id ?? ''), enabled: id !== null });
  return (
    <QueryNote query={list} isEmpty={heads.length === 0} empty={t('safety.none')}>
      <div className="frameworks">
        <Panel title={t('safety.frameworks.list')} className="list">
          <ul className="versions">
            {heads.map((head) => (
              <Version
                key={head.id}
                head={head}
                isChosen={head.id === id}
                onChoose={() => setWanted(head.id)}
              />
            ))}
          </ul>
        </Panel>
        <QueryNote query={query} isEmpty={query.data === undefined} empty={t('safety.none')}>
          {query.data !== undefined && (
            <Editor key={query.data.id} framework={query.data} onSaved={setWanted} />
          )}
        </QueryNote>
      </div>
    </QueryNote>
  );
}
