/** Draws stacked areas along the time lived. uPlot comes with this module, which is loaded when the first chart is shown. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';

interface PlotData {
  /** Seconds since 1970, growing; a count holds until the next one. */
  xs: readonly number[];
  /** Counts by series, from the bottom up. */
  columns: readonly (readonly number[])[];
  shown: readonly boolean[];
  /** As the browser has worked them out: of each series, of texts, of lines, of the ground. */
  colors: readonly string[];
  text: string;
  line: string;
  ground: string;
}

export interface Plot {
  draw(data: PlotData): void;
  /** Puts the cursor on a point; the next drawing takes it away again. */
  point(index: number): void;
  destroy(): void;
}

const counted = new Intl.NumberFormat('en-US').format;
/** To either side of a point that is the only one. */
const aloneSeconds = 3600;
/** Whole devices only. */
const steps = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((ten) => [ten, 2 * ten, 5 * ten]);

/** @param onPoint hears the index of the point below the cursor; null: it is away */
export function openPlot(place: HTMLElement, onPoint: (index: number | null) => void): Plot {
  let chart: uPlot | undefined;
  let xs: readonly number[] = [];

  const size = () => ({ width: place.clientWidth, height: place.clientHeight });
  const observer = new ResizeObserver(() => {
    if (chart !== undefined && (chart.width !== place.clientWidth || chart.height !== place.clientHeight)) chart.setSize(size());
  });
  observer.observe(place);
  const left = () => onPoint(null);
  place.addEventListener('pointerleave', left);

  /** Made anew for every change: it takes milliseconds, and there is no half-old state to think of. What was zoomed into stays. */
  function draw(data: PlotData): void {
    const zoom = zoomOf(chart, xs);
    xs = data.xs;
    chart?.destroy();
    const stacked = stack(data.columns, data.shown);
    const font = `12px ${getComputedStyle(place).fontFamily}`;
    const axis: uPlot.Axis = { stroke: data.text, grid: { stroke: data.line, width: 1 }, ticks: { stroke: data.line, width: 1 }, font };
    chart = new uPlot(
      {
        ...size(),
        legend: { show: false },
        padding: [8, 36, 0, 0],
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false } },
        scales: {
          x: { time: true, range: (_plot, min, max) => (min === max ? [min - aloneSeconds, max + aloneSeconds] : [min, max]) },
          y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.02)] },
        },
        axes: [
          { ...axis, space: 90, values: '{YYYY}-{MM}-{DD}\n{HH}:{mm}', size: 48 },
          { ...axis, size: 56, incrs: steps, values: (_plot, ticks) => ticks.map((tick) => counted(tick)) },
        ],
        series: [
          {},
          ...data.columns.map((_, index) => ({
            show: data.shown[index] ?? true,
            fill: data.colors[index] ?? '',
            stroke: data.ground,
            width: 0.8,
            paths: uPlot.paths.stepped?.({ align: 1 }) ?? (() => null),
            points: { show: false },
          })),
        ],
        bands: stacked.bands,
        // Where nothing is pointed at: the pointer's leaving says so (below), and every new chart begins like that.
        hooks: { setCursor: [({ cursor }) => void ((cursor.left ?? -1) >= 0 && cursor.idx != null && onPoint(cursor.idx))] },
      },
      [[...xs], ...stacked.edges],
      place,
    );
    if (zoom !== null) chart.setScale('x', zoom);
  }

  return {
    draw,
    point(index) {
      const x = xs[index];
      if (chart !== undefined && x !== undefined) chart.setCursor({ left: chart.valToPos(x, 'x'), top: 1 });
    },
    destroy() {
      observer.disconnect();
      place.removeEventListener('pointerleave', left);
      chart?.destroy();
    },
  };
}

/** null: all of it is shown, and is to be shown when it grows. */
function zoomOf(chart: uPlot | undefined, xs: readonly number[]): { min: number; max: number } | null {
  const { min, max } = chart?.scales.x ?? {};
  if (min == null || max == null || (min <= (xs[0] ?? min) && max >= (xs.at(-1) ?? max))) return null;
  return { min, max };
}

/** Sums the shown columns from the bottom up; a hidden one adds nothing. `bands` name the upper and the lower edge of each area. */
function stack(columns: readonly (readonly number[])[], shown: readonly boolean[]) {
  const sums = new Array<number>(columns[0]?.length ?? 0).fill(0);
  const edges = columns.map((counts, series) =>
    counts.map((count, index) => {
      if (shown[series] === true) sums[index] = (sums[index] ?? 0) + count;
      return sums[index] ?? 0;
    }),
  );
  const bands: uPlot.Band[] = [];
  columns.forEach((_, lower) => {
    const upper = shown.findIndex((isOn, series) => isOn && series > lower);
    if (shown[lower] === true && upper >= 0) bands.push({ series: [upper + 1, lower + 1] });
  });
  return { edges, bands };
}
