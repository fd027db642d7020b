import type { outageTexts as zhOutageTexts } from './zh-cn.outage.ts';
import type { Widen } from './zh-cn.ts';

/** English texts of the alarm of a fallen network. */
export const outageTexts: Widen<typeof zhOutageTexts> = {
  outage: {
    network:
      '{{fallen}} of {{total}} cameras of {{network}} fell together: look at the switch, the fibre and their power first',
    host: '{{fallen}} of {{total}} streams of {{network}} fell together: look at that recorder or encoder first',
    gateway:
      '{{fallen}} of {{total}} cameras of several networks fell together: look at the gateway’s own cable and its switch first',
    cameras: 'Cameras concerned',
    more: '{{left}} more',
  },
};
