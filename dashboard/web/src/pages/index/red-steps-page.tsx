import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { finishRedStep, redStepsQuery } from '../../api/safety-index.ts';
import type { RedStep } from '../../api/safety-index-types.ts';
import { Chip } from '../../components/chip.tsx';
import { Pager, usePages } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayAnalyse } from '../../shell/session.tsx';

const PAGE_SIZE = 50;
const LONGEST_NOTE = 500;

function useColumns(mayFinish: boolean, onFinish: (step: RedStep) => void): TableColumnsType<RedStep> {
  const { t, pick } = useTexts();
  return useMemo(
    () => [
      {
        title: t('safety.publications.state'),
        width: 90,
        render: (_, { state }) => (
          <Chip tone={state === 'open' ? 'bad' : 'good'}>{t(`safety.redSteps.state.${state}`)}</Chip>
        ),
      },
      { title: t('safety.area'), render: (_, { areaName }) => pick(areaName) },
      {
        title: t('safety.redSteps.step'),
        render: (_, { step }) => (
          <>
            <b>{pick(step.name)}</b>{' '}
            <span className="quiet">{t('safety.redSteps.after', { count: step.afterPeriods })}</span>
          </>
        ),
      },
      { title: t('safety.redSteps.openedAt'), width: 160, render: (_, { openedAt }) => timeText(openedAt) },
      {
        title: t('safety.redSteps.doneAt'),
        width: 160,
        render: (_, { doneAt }) => (doneAt === null ? t('common.none') : timeText(doneAt)),
      },
      { title: t('safety.redSteps.actor'), width: 120, render: (_, { actor }) => actor ?? t('common.none') },
      { title: t('safety.redSteps.note'), render: (_, { note }) => (note === '' ? t('common.none') : note) },
      {
        title: t('safety.actions'),
        width: 130,
        render: (_, step) =>
          step.state === 'open' &&
          mayFinish && (
            <Button size="small" onClick={() => onFinish(step)}>
              {t('safety.redSteps.finish')}
            </Button>
          ),
      },
    ],
    [t, pick, mayFinish, onFinish],
  );
}

/** Asks what was done before a step counts as done. */
function FinishDialog({ step, onClose }: { step: RedStep; onClose: () => void }) {
  const { t, pick } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [note, setNote] = useState('');
  const finish = async () => {
    const isDone = await run(async () => {
      await finishRedStep(step.id, note.trim());
      await client.invalidateQueries({ queryKey: ['red-steps'] });
      return t('safety.redSteps.finished');
    });
    if (isDone) onClose();
  };
  return (
    <Modal
      open
      title={`${pick(step.areaName)} · ${pick(step.step.name)}`}
      okText={t('safety.redSteps.finish')}
      cancelText={t('users.cancel')}
      confirmLoading={isBusy}
      okButtonProps={{ disabled: note.trim() === '' }}
      onOk={() => void finish()}
      onCancel={onClose}
    >
      <Input.TextArea
        aria-label={t('safety.redSteps.note')}
        placeholder={t('safety.redSteps.notePlaceholder')}
        rows={4}
        maxLength={LONGEST_NOTE}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </Modal>
  );
}

/** 红色预警后续步骤: notices and interviews after periods in the worst band. */
export function RedStepsPage() {
  const { t } = useTexts();
  const pages = usePages();
  const mayAnalyse = useMayAnalyse();
  const [open, setOpen] = useState<RedStep | null>(null);
  const query = useQuery(redStepsQuery(PAGE_SIZE, pages.cursor));
  const columns = useColumns(mayAnalyse, setOpen);
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('safety.redSteps.title')}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('safety.redSteps.empty')}>
        <Table<RedStep>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={items}
          pagination={false}
          scroll={{ x: 1100 }}
          aria-label={t('safety.redSteps.title')}
        />
        <Pager pages={pages} next={query.data?.next ?? null} />
      </QueryNote>
      {open !== null && <FinishDialog step={open} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
