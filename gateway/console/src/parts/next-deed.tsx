import type { DeviceView } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { useSpeech } from '../i18n/language.tsx';
import type { Texts } from '../i18n/zh-cn.ts';
import { useAction } from '../state/use-action.ts';
import { Button, ProblemNote } from './controls.tsx';

type Deed = { says(texts: Texts['device']): string; work(id: string): Promise<unknown> };

/** Causes whose next step is one press of a button; the others need hands or a password. */
const DEEDS: ReadonlyMap<DeviceView['standing']['cause'], Deed> = new Map([
  ['identity-changed', { says: (texts) => texts.acceptIdentity, work: endpoints.acceptDevice }],
  ['address-changed', { says: (texts) => texts.acceptAddress, work: endpoints.acceptDevice }],
  ['password-unconfirmed', { says: (texts) => texts.acceptPassword, work: endpoints.acceptDevice }],
  ['basic-unconfirmed', { says: (texts) => texts.accept, work: endpoints.acceptDevice }],
  ['clock-off', { says: (texts) => texts.setClock, work: endpoints.setClock }],
]);

/** The button of a device's next step; nothing where no button helps. */
export function NextDeed({ device, onChange }: { device: DeviceView; onChange(): void }) {
  const { texts } = useSpeech();
  const action = useAction(async (deed: Deed) => {
    await deed.work(device.id);
    onChange();
  });
  const deed = DEEDS.get(device.standing.cause);
  if (!deed) return null;
  return (
    <>
      <ProblemNote error={action.error} />
      <div className="device-actions">
        <Button disabled={action.isRunning} onClick={() => void action.run(deed)}>
          {action.isRunning ? texts.device.working : deed.says(texts.device)}
        </Button>
      </div>
    </>
  );
}
