/**
 * What the charts of both pages (a run's, a load run's) have in common, in the browser's JavaScript: it goes into the function that draws
 * one chart, which has its `section` and `place`, a button per part, what is `shown`, the `last` index, and `marks`, where each index lies on the axis.
 */

/** Wide enough for the longest label of the axis. */
export const labelledSize = '(_plot, labels) => Math.max(62, 20 + 7 * Math.max(0, ...(labels ?? []).map((label) => String(label).length)))';

/** Ends `chartOf`, and the button that copies the replay command. */
export const chartEndScript = `
function toggle(button, part) {
  shown[part] = !shown[part];
  button.setAttribute('aria-pressed', String(shown[part]));
  draw();
  tell();
}

function walk(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const index = Math.min(last, Math.max(0, (chart.cursor.idx ?? last) + step));
  chart.setCursor({ left: chart.valToPos(marks[index], 'x'), top: 1 });
}

if (last < 0) return;
place.hidden = false;
section.querySelector('.cursor').hidden = false;
draw();
tell();
buttons.forEach((button, part) => {
  button.disabled = false;
  button.addEventListener('click', () => toggle(button, part));
});
place.addEventListener('keydown', walk);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
new ResizeObserver(() => {
  if (place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: place.clientHeight });
}).observe(place);
}

async function copy(button) {
  const text = element('replay');
  getSelection().selectAllChildren(text);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Selected: press Ctrl+C';
  }
}

element('copy').hidden = false;
element('copy').addEventListener('click', (event) => copy(event.currentTarget));
document.querySelectorAll('[data-chart]').forEach(chartOf);
`;
