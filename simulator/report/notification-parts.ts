/** Custom notifications on the page: what became of them, and how long they took. Never a text of theirs: the run has none (CN-06). */
import type { RunResult } from '../result.ts';
import { formatCount, formatShare, type StateShare } from './figures.ts';
import { delayShares, finalPushes, hasNotifications, pushFamilies, refusedFigures, sentFigures } from './notification-figures.ts';
import { escapeHtml } from './page-text.ts';

/** Empty where none was asked for. @param first number of the colour of the first of `pushFamilies` */
export function notificationSections(result: RunResult, first: number): string {
  if (!hasNotifications(result)) return '';
  const pushes = finalPushes(result);
  const delays = delayShares(result);
  const color = (family: (typeof pushFamilies)[number]) => `state-${first + pushFamilies.indexOf(family)}`;
  const sections = [
    `<section id="notifications"><h2>Custom notifications<span class="note">${[sentFigures(result), refusedFigures(result)].filter((text) => text !== '').join('; ')}</span></h2>`,
    ...(pushes.length === 0
      ? ['<p>None came on its way to a device.</p>']
      : [barTable('What became of the pushes', pushes, (index) => color(pushes[index]?.family ?? 'push-shown'))]),
    '</section>',
    ...(delays.length === 0
      ? []
      : [
          '<section><h2>From sent to shown<span class="note">of those that were shown</span></h2>',
          barTable('Delay', delays, () => color('push-shown')),
          '</section>',
        ]),
  ];
  return `<div class="pair">\n${sections.join('\n')}\n</div>`;
}

function barTable(of: string, shares: readonly StateShare[], color: (index: number) => string): string {
  // The longest bar fills its column: a distribution is read by its shape.
  const most = Math.max(...shares.map(({ share }) => share));
  const rows = shares.map(({ name, count, share }, index) => {
    const width = count === 0 ? 0 : Math.max(0.7, (share / most) * 100);
    const bar = `<svg class="bar" width="90" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="12"/><rect class="${color(index)}" width="${width.toFixed(1)}" height="12"/></svg>`;
    const zero = count === 0 ? ' zero' : '';
    return `<tr><th scope="row">${escapeHtml(name)}</th><td class="n${zero}">${formatCount(count)}</td><td class="n${zero}">${formatShare(share)}</td><td class="share">${bar}</td></tr>`;
  });
  return `<div class="scroll"><table>
<thead><tr><th scope="col">${of}</th><th scope="col" class="n">Pushes</th><th scope="col" class="n">Share</th><td></td></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}
