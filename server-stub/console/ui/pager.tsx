/** Backwards and forwards through a list whose length is not known. */

export interface PagerProps {
  onBack: (() => void) | undefined;
  onForward: (() => void) | undefined;
  /** What stands at both ends of the list. */
  back?: string;
  forward?: string;
  /** `1 to 50` */
  text?: string;
}

/** Nothing where there is one page. */
export function Pager({ onBack, onForward, back = 'Newer', forward = 'Older', text }: PagerProps) {
  if (onBack === undefined && onForward === undefined) return null;
  return (
    <nav class="row pager" aria-label="Pages of this list">
      <button type="button" disabled={onBack === undefined} onClick={onBack}>
        {back}
      </button>
      {text === undefined ? null : <span class="quiet">{text}</span>}
      <button type="button" disabled={onForward === undefined} onClick={onForward}>
        {forward}
      </button>
    </nav>
  );
}
