import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useSpeech } from '../i18n/language.tsx';
import { Button } from './controls.tsx';

export type SheetProps = { title: string; onClose(): void; children: ReactNode };

/** A dialog that comes up from the lower edge; Escape and the close button end it, focus returns where it was. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const { texts } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      // The dialog is out of the page by now and cannot give the focus back by itself.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="sheet-head">
        <h2 id={id}>{title}</h2>
        <Button onClick={onClose} className="button-small">
          {texts.common.close}
        </Button>
      </div>
      {children}
    </dialog>
  );
}

export type ConfirmProps = {
  question: string;
  yes: string;
  isRunning?: boolean;
  onYes(): void;
  onNo(): void;
};

/** Asks before something that cannot be taken back. */
export function Confirm({ question, yes, isRunning = false, onYes, onNo }: ConfirmProps) {
  const { texts } = useSpeech();
  return (
    <Sheet title={yes} onClose={onNo}>
      <p>{question}</p>
      <div className="sheet-actions">
        <Button onClick={onNo}>{texts.common.cancel}</Button>
        <Button kind="danger" onClick={onYes} disabled={isRunning}>
          {yes}
        </Button>
      </div>
    </Sheet>
  );
}
