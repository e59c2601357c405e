/** The report's looks: one style sheet, light and dark by the reader's preference, no font and no picture from elsewhere. */
import type { StateColor } from './state-colors.ts';

/** `colors`: of the states in the chart's order; they become the variables `--state-0`, … and the classes `state-0`, … */
export function pageStyle(colors: readonly StateColor[]): string {
  const variables = (mode: keyof StateColor) => colors.map((color, index) => `--state-${index}:${color[mode]}`).join(';');
  const classes = colors.map((_, index) => `.state-${index}{fill:var(--state-${index});background:var(--state-${index})}`).join('\n');
  return `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b2027;--quiet:#5b6673;--line:#dfe3e8;--grid:#e9ecf0;--good:#0b6b4f;
--good-back:#e0f3ec;--bad:#a8320b;--bad-back:#fdeae3;--accent:#0072b2;${variables('light')}}
@media (prefers-color-scheme:dark){:root{--page:#0f1318;--card:#181d24;--ink:#e4e8ed;--quiet:#98a3b0;--line:#2b323c;--grid:#262d36;
--good:#6fd3ae;--good-back:#12332a;--bad:#ff9d77;--bad-back:#41200f;--accent:#5ab3ea;${variables('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:28px 20px 40px}
h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:16px;margin:0 0 12px}
p{margin:0}
header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin-bottom:20px}
header .about{flex-basis:100%;color:var(--quiet)}
.eyebrow{flex-basis:100%;color:var(--quiet);font-size:13px;letter-spacing:.04em}
.badge{font-weight:650;font-size:14px;padding:3px 12px;border-radius:99px}
.passed{color:var(--good);background:var(--good-back)}
.failed{color:var(--bad);background:var(--bad-back)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 16px;min-width:0}
section.alarm{border-color:var(--bad);border-left-width:5px}
.tiles{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:12px;margin:0 0 16px}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:11px 16px 12px}
.tiles dt{color:var(--quiet);font-size:13px}
.tiles dd{margin:0;font-size:23px;font-weight:620;line-height:1.3}
.tiles small{display:block;font-size:12.5px;font-weight:400;color:var(--quiet)}
.pair{display:flex;flex-wrap:wrap;gap:0 16px;align-items:start}
.pair section{flex:1 1 auto;max-width:100%}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-weight:400;text-align:left}
tbody th,tfoot th{white-space:nowrap}
thead th{color:var(--quiet);font-size:13px;vertical-align:bottom}
th,td{padding:5px 11px 5px 0;border-bottom:1px solid var(--grid)}
tr>:last-child{padding-right:0}
tbody tr:last-child>*,tfoot tr>*{border-bottom:0}
tfoot tr>*{border-top:1px solid var(--line);font-weight:600}
td.n,th.n{text-align:right}
td.zero{color:var(--quiet);opacity:.55}
.share{width:100%;min-width:90px}
.bar{display:block;width:100%;height:12px}
.bar .rail{fill:var(--grid)}
.swatch{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:8px;flex:none}
.verdicts{list-style:none;margin:0;padding:0}
.verdicts li{display:grid;grid-template-columns:74px minmax(0,1fr);gap:0 12px;padding:8px 0;border-top:1px solid var(--grid);overflow-wrap:anywhere}
.verdicts li:first-child{border-top:0}
.verdicts .badge{font-size:12.5px;padding:1px 0;text-align:center;align-self:start;margin-top:1px}
.verdicts p{grid-column:2;color:var(--quiet);font-size:14px}
h2 .note{font-weight:400;font-size:13.5px;color:var(--quiet);margin-left:8px}
.question h2{font-size:19px;line-height:1.35;max-width:46em}
.answer{margin:0;max-width:62em}
.answer dt{color:var(--quiet);font-size:13px;margin-top:12px}
.answer dd{margin:2px 0 0}
.timeline td{vertical-align:top}
.timeline .day th{padding-top:16px;font-weight:620}
.timeline tbody tr:first-child th{padding-top:5px}
.timeline .when{color:var(--quiet);white-space:nowrap;width:1%}
.timeline .device{white-space:nowrap}
.who{display:inline-block;min-width:104px;text-align:center;font-size:12.5px;border:1px solid var(--line);border-radius:99px;padding:0 9px;white-space:nowrap}
.who.administrator{color:var(--accent);border-color:var(--accent)}
.who.user{color:var(--good);border-color:var(--good)}
.who.network{color:var(--bad);border-color:var(--bad)}
.who.service{color:var(--quiet)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 6px;margin:10px 0 0;padding:0}
.legend button{font:inherit;font-size:13.5px;color:inherit;background:none;border:1px solid transparent;border-radius:6px;padding:2px 8px;display:flex;
align-items:center;cursor:pointer}
.legend button:hover:enabled{border-color:var(--line)}
.legend button:disabled{cursor:default}
.legend button[aria-pressed=false]{color:var(--quiet);text-decoration:line-through}
.legend button[aria-pressed=false] .swatch{background:none;box-shadow:inset 0 0 0 2px var(--line)}
.legend output{margin-left:8px;font-weight:600;text-align:right}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.cursor{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px;color:var(--quiet);font-size:13.5px;margin-bottom:6px}
.cursor output{color:var(--ink);font-weight:600}
.chart{height:360px}
.chart.low{height:240px}
.columns{display:block;width:100%;min-width:220px;height:34px}
.columns .base{fill:var(--line)}
.spread td.n{white-space:nowrap}
.spread tbody th{font-weight:600;padding-top:14px}
.spread tbody tr:not(.kind)>*{vertical-align:bottom}
.spread tbody tr:not(.kind) th{font-weight:400;padding-top:5px;white-space:nowrap}
.spread .heads{display:flex;min-width:220px;font-size:11px;line-height:1.2}
.spread .heads span{flex:1 1 0;text-align:center;min-width:0;overflow:hidden}
[hidden]{display:none!important}
.still{display:block;width:100%;height:auto}
.still text{fill:var(--quiet);font-size:12.5px}
.still .fault{fill:var(--bad);fill-opacity:.16}
.still .grid{stroke:var(--ink);stroke-opacity:.13;fill:none}
.still path:not(.grid){stroke:var(--card);stroke-width:.8;stroke-linejoin:round}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 20px;margin:0 0 14px}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
pre{margin:0;padding:10px 14px;background:var(--page);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
pre.whole{user-select:all}
.copy{display:flex;gap:10px;align-items:flex-start}
.copy pre{flex:1}
.copy button{font:inherit;font-size:14px;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:7px 14px;cursor:pointer}
.copy button:hover{border-color:var(--accent)}
details{margin-top:14px}
summary{cursor:pointer;color:var(--quiet);margin-bottom:8px}
footer{color:var(--quiet);font-size:13px}
@media (max-width:820px){.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}main{padding:18px 12px}}
@media print{body{background:none}section,.tiles div{break-inside:avoid}.copy button{display:none}}
.u-cursor-x{border-color:var(--quiet)!important}
.u-select{background:var(--ink)!important;opacity:.12}
${classes}
`;
}
