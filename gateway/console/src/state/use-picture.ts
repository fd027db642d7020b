import { useEffect, useState } from 'react';
import { endpoints } from '../api/endpoints.ts';
import { useConnection } from './connection.tsx';

export type PictureState =
  | { kind: 'taking' }
  | { kind: 'shown'; url: string; takenAt: string }
  | { kind: 'failed'; error: unknown };

/** A fresh picture of a camera; another one whenever `take` changes. Its bytes are let go with the component. */
export function usePicture(cameraId: string, take: number): PictureState {
  const { onFailure, onAnswer } = useConnection();
  const wanted = `${cameraId} ${take}`;
  const [state, setState] = useState<{ wanted: string; picture: PictureState }>({
    wanted,
    picture: { kind: 'taking' },
  });
  useEffect(() => {
    const gone = new AbortController();
    let url: string | undefined;
    const [id = ''] = wanted.split(' ');
    const load = async () => {
      try {
        const response = await endpoints.picture(id, gone.signal);
        onAnswer();
        const blob = await response.blob();
        if (gone.signal.aborted) return;
        url = URL.createObjectURL(blob);
        const takenAt = response.headers.get('x-captured-at') ?? new Date().toISOString();
        setState({ wanted, picture: { kind: 'shown', url, takenAt } });
      } catch (error) {
        if (gone.signal.aborted) return;
        onFailure(error);
        setState({ wanted, picture: { kind: 'failed', error } });
      }
    };
    void load();
    return () => {
      gone.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [wanted, onAnswer, onFailure]);
  return state.wanted === wanted ? state.picture : { kind: 'taking' };
}
