import type { Quirk } from '../quirk.ts';
import { hostileQuirks } from './hostile.ts';
import { loginQuirks } from './login.ts';
import { mediaQuirks } from './media.ts';
import { timeQuirks } from './time.ts';
import { wireQuirks } from './wire.ts';

/** Known ways in which cameras stray from ONVIF. To add one: an entry in a file here and its expectation in tests/eval/quirks. */
export const quirks: readonly Quirk[] = [
  ...timeQuirks,
  ...loginQuirks,
  ...mediaQuirks,
  ...wireQuirks,
  ...hostileQuirks,
];
