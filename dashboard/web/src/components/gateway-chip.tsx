import type { GatewayItem } from '../api/types.ts';
import { Chip } from './chip.tsx';
import { useTexts } from './use-texts.ts';

const TONE = { online: 'good', offline: 'bad', never: 'quiet' } as const;

export function GatewayStateChip({ gateway }: { gateway: GatewayItem }) {
  const { t } = useTexts();
  return (
    <Chip tone={TONE[gateway.state.kind]}>
      <span className="chip-dot" aria-hidden="true" />
      {t(`gateways.${gateway.state.kind}`)}
    </Chip>
  );
}
