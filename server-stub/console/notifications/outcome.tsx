/** What came of sending: never more than that it was sent, because nobody hears whether it arrives (CN-18). */
import { href } from '../router.ts';
import type { Audience, Sent } from './send.ts';

export interface OutcomeShown {
  audience: Audience;
  came: Sent;
  nameOf: (id: string) => string;
  title: string;
  body: string;
}

const reasons: readonly [keyof Omit<Sent, 'sent'>, string][] = [
  ['notSupported', 'cannot show it, or is being wiped or retired'],
  ['failed', 'had ten within the last hour, or is not yours to notify'],
  ['notFound', 'is not managed any more'],
];

export function Outcome({ audience, came, nameOf, title, body }: OutcomeShown) {
  const { kind, ids } = audience;
  const [only] = ids;
  const isOne = kind === 'devices' && ids.length === 1 && only !== undefined;
  return (
    <div class="outcome" role="status">
      <p>
        <strong>{isOne ? `Sent to ${nameOf(only)}.` : sentText(kind, came.sent.length, ids.length)}</strong> Whether it arrives is told to
        nobody.
        {isOne ? (
          <>
            {' '}
            <a href={href(['screens', only])}>Look at its screen.</a>
          </>
        ) : null}
      </p>
      {isOne ? (
        <blockquote>
          <strong>{title}</strong>
          <br />
          {body}
        </blockquote>
      ) : null}
      <ul>
        {reasons.flatMap(([name, why]) =>
          came[name].map((id) => (
            <li key={id}>
              Not to {nameOf(id)}: it {why}.
            </li>
          )),
        )}
      </ul>
    </div>
  );
}

function sentText(kind: Audience['kind'], sent: number, asked: number): string {
  if (kind === 'groups') return `Sent to ${sent} ${sent === 1 ? 'group' : 'groups'}.`;
  return sent === asked ? `Sent to ${sent} devices.` : `Sent to ${sent} of ${asked} devices.`;
}
