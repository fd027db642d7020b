import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { editPublication } from '../../api/safety-index.ts';
import type { Publication } from '../../api/safety-index-types.ts';
import { Chip } from '../../components/chip.tsx';
import { scrollRegion } from '../../components/scroll-region.ts';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';

const LONGEST = 20_000;
type Side = 'zh' | 'en';

type Props = { publication: Publication; mayEdit: boolean };

/** The generated draft beside the text that a person makes of it. */
export function PublicationText({ publication, mayEdit }: Props) {
  const { t, language } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [side, setSide] = useState<Side>(language === 'en' ? 'en' : 'zh');
  const [text, setText] = useState(publication.text);
  const { id, draftText } = publication;
  const hasChanged = text.zh !== publication.text.zh || text.en !== publication.text.en;
  const save = () =>
    void run(async () => {
      await editPublication(id, text);
      await client.invalidateQueries({ queryKey: ['publication', id] });
      return t('safety.publications.saved');
    });
  return (
    <div className="assessment">
      <div className="assessment-head">
        <h3>{t('safety.publications.text')}</h3>
        <Segmented<Side>
          size="small"
          aria-label={t('safety.publications.text')}
          value={side}
          options={[
            { value: 'zh', label: t('safety.publications.textZh') },
            { value: 'en', label: t('safety.publications.textEn') },
          ]}
          onChange={setSide}
        />
        {hasChanged && <Chip tone="warn">{t('safety.publications.unsaved')}</Chip>}
        {mayEdit && (
          <div className="toolbar-end">
            <Button disabled={isBusy} onClick={() => setText({ ...text, [side]: draftText[side] })}>
              {t('safety.publications.takeDraft')}
            </Button>
            <Button type="primary" loading={isBusy} disabled={!hasChanged} onClick={save}>
              {t('safety.publications.save')}
            </Button>
          </div>
        )}
      </div>
      <div className="assessment-sides">
        <section aria-label={t('safety.publications.generated')}>
          <h4>{t('safety.publications.generated')}</h4>
          <div className="assessment-text" lang={side === 'en' ? 'en' : 'zh-CN'} {...scrollRegion}>
            {draftText[side]}
          </div>
        </section>
        <section aria-label={t('safety.publications.edited')}>
          <h4>{t('safety.publications.edited')}</h4>
          <Input.TextArea
            className="assessment-text"
            aria-label={t('safety.publications.edited')}
            lang={side === 'en' ? 'en' : 'zh-CN'}
            value={text[side]}
            maxLength={LONGEST}
            readOnly={!mayEdit}
            onChange={(event) => setText({ ...text, [side]: event.target.value })}
          />
        </section>
      </div>
    </div>
  );
}
