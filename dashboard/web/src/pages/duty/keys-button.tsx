import { Button, Modal, Switch } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../components/use-texts.ts';

const KEYS = [
  ['J', 'next'],
  ['K', 'previous'],
  ['Enter', 'open'],
  ['A', 'acknowledge'],
  ['F', 'falseAlarm'],
  ['C', 'close'],
  ['Esc', 'escape'],
] as const;

type Props = { isOn: boolean; onChange: (isOn: boolean) => void };

/** What the single keys do, and the switch that turns them off. */
export function KeysButton({ isOn, onChange }: Props) {
  const { t } = useTexts();
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button size="small" type="text" onClick={() => setShown(true)}>
        <kbd>J</kbd> <kbd>K</kbd> {t('keys.button')}
      </Button>
      <Modal
        open={isShown}
        title={t('keys.title')}
        footer={null}
        width={400}
        onCancel={() => setShown(false)}
        closable={{ 'aria-label': t('common.close') }}
      >
        <div className="keys-switch">
          <span id="keys-switch">{t('keys.enable')}</span>
          <Switch checked={isOn} onChange={onChange} aria-labelledby="keys-switch" />
        </div>
        <dl className="keys">
          {KEYS.map(([key, text]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t(`keys.${text}`)}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </>
  );
}
