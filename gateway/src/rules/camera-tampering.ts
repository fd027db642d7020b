import type { CameraTamperingRule } from '@pingan/models/contract';
import { Held } from './held.ts';
import type { Watcher } from './outcome.ts';

/** Picture health confirms its findings by itself; a look or two without one end nothing, seconds. */
const GRACE_SECONDS = 2;

/** 摄像机受扰: the picture suffers from one of the findings for `durationSeconds`, whoever may be seen in it. */
export function watchCameraTampering(rule: CameraTamperingRule): Watcher {
  const held = new Held(GRACE_SECONDS);
  const wanted = new Set(rule.findings);
  return {
    look({ findings }, nowMs) {
      const isDisturbed = findings.some((finding) => wanted.has(finding));
      const seconds = held.note(isDisturbed, nowMs);
      return {
        cause: isDisturbed,
        ripe: isDisturbed && seconds >= rule.durationSeconds,
        reason: () => ({
          measures: [{ kind: 'disturbed-seconds', value: seconds, limit: rule.durationSeconds }],
        }),
      };
    },
    reset: () => held.reset(),
  };
}
