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

/** The codec of a main stream that this browser cannot play: the sub-stream is played instead. */
function useFallback(cameraId: string, profile: LiveRequest['profile'], state: LiveState): string | null {
  const [refused, setRefused] = useState<{ cameraId: string; codec: string } | null>(null);
  useEffect(() => {
    if (profile === 'main' && state.kind === 'unsupported') setRefused({ cameraId, codec: state.codec });
  }, [cameraId, profile, state]);
  return profile === 'main' && refused?.cameraId === cameraId ? refused.codec : null;
}

/**
 * Live video of a camera in a `<video>`: put `ref` on it; it plays while `isActive` and seen. A main stream that the browser cannot
 * play gives way to the sub-stream; `mainCodec` then names what could not be played.
 */
export function useLive({ cameraId, request, isActive }: LiveInput): {
  ref: RefObject<HTMLVideoElement | null>;
  state: LiveState;
  mainCodec: string | null;
} {
  const ref = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<LiveState>({ kind: 'idle' });
  const isSeen = useIsSeen(ref);
  const { reason, eventId } = request;
  const mainCodec = useFallback(cameraId, request.profile, state);
  const profile = mainCodec === null ? request.profile : 'sub';

  useEffect(() => {
    const video = ref.current;
    if (!isActive || !isSeen || video === null) {
      setState({ kind: isActive ? 'paused' : 'idle' });
      return;
    }
    const player = new LivePlayer({
      video,
      requestTicket: (signal) =>
        requestLive(
          cameraId,
          {
            reason,
            ...(eventId === undefined ? {} : { eventId }),
            ...(profile === undefined ? {} : { profile }),
          },
          signal,
        ),
      onState: setState,
    });
    player.start();
    return () => player.stop();
  }, [cameraId, reason, eventId, profile, isActive, isSeen]);

  return { ref, state, mainCodec };
}
