import { type RefObject, useEffect, useRef, useState } from 'react';
import { requestLive } from '../api/endpoints.ts';
import type { LiveRequest } from '../api/types.ts';
import { LivePlayer } from './live-player.ts';
import type { LiveState } from './live-state.ts';

/** True while the element is on the screen and the tab is shown: nobody decodes what nobody sees. */
function useIsSeen(ref: RefObject<HTMLElement | null>): boolean {
  const [isInView, setInView] = useState(true);
  const [isTabShown, setTabShown] = useState(!document.hidden);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? true));
    observer.observe(element);
    const onVisibility = () => setTabShown(!document.hidden);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [ref]);
  return isInView && isTabShown;
}

export type LiveInput = { cameraId: string; request: LiveRequest; isActive: boolean };

/** Live video of a camera in a `<video>`: put `ref` on it; it plays while `isActive` and seen. */
export function useLive({ cameraId, request, isActive }: LiveInput): {
  ref: RefObject<HTMLVideoElement | null>;
  state: LiveState;
} {
  const ref = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<LiveState>({ kind: 'idle' });
  const isSeen = useIsSeen(ref);
  const { reason, eventId } = request;

  useEffect(() => {
    const video = ref.current;
    if (!isActive || !isSeen || video === null) {
      setState({ kind: isActive ? 'paused' : 'idle' });
      return;
    }
    const player = new LivePlayer({
      video,
      requestTicket: (signal) =>
        requestLive(cameraId, eventId === undefined ? { reason } : { reason, eventId }, signal),
      onState: setState,
    });
    player.start();
    return () => player.stop();
  }, [cameraId, reason, eventId, isActive, isSeen]);

  return { ref, state };
}
