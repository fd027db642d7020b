import { Segmented, Select } from 'antd';
import { PERIOD_KINDS } from '../../api/safety-index.ts';
import type { PublicationHead, PublicationState } from '../../api/safety-index-types.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { periodText } from './period.ts';
import type { UseSelection } from './use-selection.ts';

const STATE_TONE: Record<PublicationState, Tone> = {
  draft: 'info',
  submitted: 'warn',
  published: 'good',
  superseded: 'quiet',
};

export function StateChip({ state }: { state: PublicationState }) {
  const { t } = useTexts();
  return <Chip tone={STATE_TONE[state]}>{t(`safety.state.${state}`)}</Chip>;
}

/** The name of a publication in a list to choose from. */
export function useHeadText(): (head: PublicationHead) => string {
  const { t } = useTexts();
  return ({ period, version, state }) =>
    t('safety.publicationOption', { period: periodText(period), version, state: t(`safety.state.${state}`) });
}

/** Day, week or month, and which of them in which version. */
export function PeriodPicker({ selection }: { selection: UseSelection }) {
  const { t } = useTexts();
  const headText = useHeadText();
  const { kind, heads, publication, select, selectKind } = selection;
  return (
    <div className="picker">
      <Segmented
        aria-label={t('safety.periodKind')}
        value={kind}
        options={PERIOD_KINDS.map((value) => ({ value, label: t(`safety.kind.${value}`) }))}
        onChange={selectKind}
      />
      <Select
        className="picker-head"
        aria-label={t('safety.publication')}
        disabled={heads.length === 0}
        value={publication}
        options={heads.map((head) => ({ value: head.id, label: headText(head) }))}
        onChange={(id) => id !== null && select({ publication: id })}
      />
    </div>
  );
}
