/** Colours hold 4.5:1 on both grounds; the centers' three come from a palette that colour-blind readers can tell apart. */
export const styles = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --good: #116329; --bad: #b3261e; --warn: #7a4d00; --s0: #0b6bcb; --s1: #c2570c; --s2: #2f7d4f; --s3: #8250df; --s4: #8a6d00; --s5: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --text: #e6e9ed; --soft: #a0a8b2; --line: #39414b; --good: #63c67b; --bad: #ff8a80; --warn: #e3b341; --s0: #6cb2ff; --s1: #f2a063; --s2: #6fcf97; --s3: #c3a6ff; --s4: #d8c25a; --s5: #aab2bb; } }
@media print { :root { --ground: #fff; --text: #000; --soft: #444; --line: #bbb; --good: #116329; --bad: #b3261e; --warn: #7a4d00; --s0: #0b6bcb; --s1: #c2570c; --s2: #2f7d4f; --s3: #8250df; --s4: #8a6d00; --s5: #6e7781; } body { max-width: none; padding: 0; font-size: 9.5pt; } section { break-inside: auto; } h2 { break-after: avoid; } tr, svg, header { break-inside: avoid; } .wide { overflow: visible; } }
@page { size: A4; margin: 15mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 62rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
header { border-left: .4rem solid var(--soft); padding: .1rem 0 .1rem 1rem; margin-bottom: 1.5rem; }
header.good { border-color: var(--good); } header.bad { border-color: var(--bad); } header.warn { border-color: var(--warn); }
header.good h1 { color: var(--good); } header.bad h1 { color: var(--bad); } header.warn h1 { color: var(--warn); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
p { margin: .2rem 0; } .title { color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .3rem 1.5rem; margin: 0; } dl div { display: flex; gap: .6rem; } dt { color: var(--soft); flex: none; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .88em; font-variant-numeric: tabular-nums; margin: .3rem 0 .8rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; white-space: nowrap; } td { overflow-wrap: break-word; } thead + tbody td:first-child { white-space: nowrap; } .r { text-align: right; white-space: nowrap; }
pre { font: .82em/1.45 ui-monospace, "Noto Sans Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); padding: .5rem .7rem; margin: .3rem 0; } summary { cursor: pointer; color: var(--soft); white-space: nowrap; } ul { margin: .2rem 0; padding-left: 1.2rem; }
svg { display: block; width: 100%; height: auto; margin: .2rem 0 .6rem; } svg text { fill: var(--text); font-size: 11px; } svg .soft { fill: var(--soft); } svg .grid { stroke: var(--line); stroke-width: 1; } svg .mark { stroke: var(--text); stroke-width: 1; stroke-dasharray: 3 3; }
svg .errors { fill: none; stroke: var(--bad); stroke-width: 2; stroke-linejoin: round; } svg .errors-beside { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 3 3; } svg .errors-area { fill: var(--bad); opacity: .15; }
svg .s0 { fill: var(--s0); } svg .s1 { fill: var(--s1); } svg .s2 { fill: var(--s2); } svg .s3 { fill: var(--s3); } svg .s4 { fill: var(--s4); } svg .s5 { fill: var(--s5); } svg .area { opacity: .75; }
`
