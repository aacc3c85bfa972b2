/// The page's style sheet.
enum HTMLStyle {
  static let sheet = """
    :root {
      color-scheme: light dark;
      --text: #1f2328; --muted: #59636e; --page: #ffffff; --card: #f6f8fa; --line: #d1d9e0;
      --bar: #57606a; --strong: #0b57d0; --warning: #8a4b00; --warning-page: #fff4e0;
      \(ChartColor.variables(ChartColor.palette))
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --text: #e6edf3; --muted: #9aa4af; --page: #0d1117; --card: #161b22; --line: #30363d;
        --bar: #8b949e; --strong: #79b0ff; --warning: #f0b35c; --warning-page: #2b2113;
        \(ChartColor.variables(ChartColor.darkPalette))
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 90rem;
      background: var(--page); color: var(--text); font-size: 15px; line-height: 1.5;
      font-family: \(TextMetrics.family);
    }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.3rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
    h3 { font-size: 1rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
    p { margin: .25rem 0; max-width: 70ch; }
    .muted, figcaption, .tick { color: var(--muted); fill: var(--muted); }
    .muted { overflow-wrap: anywhere; }
    section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
    .answer { display: grid; gap: 1.5rem; margin: 1rem 0 1.5rem; align-items: start;
      grid-template-columns: minmax(14rem, 22rem) minmax(16rem, 34rem); }
    .answer img { max-height: 24rem; width: auto; max-width: 100%; }
    .tiles { display: grid; gap: 1.25rem;
      grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
    figure { margin: 0; }
    .tile { padding: .9rem; border: 1px solid var(--line); border-radius: 8px;
      background: var(--card); break-inside: avoid; }
    .tile .muted { font-size: .85rem; margin: 0 0 .5rem; min-height: 1.3em; }
    img, .scale { display: block; width: 100%; height: auto; border-radius: 3px; }
    img + img { margin-top: .5rem; }
    .map { image-rendering: pixelated; }
    .scale { margin-top: .6rem; overflow: visible; }
    .tick { font-size: 12px; text-anchor: middle; }
    .unit { font-size: .8rem; color: var(--muted); text-align: right; margin: 0; }
    table { border-collapse: collapse; width: 100%; font-size: .92rem; }
    caption { text-align: left; color: var(--muted); padding-bottom: .4rem; }
    th { text-align: left; font-weight: 600; color: var(--muted); font-size: .85rem; }
    th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
    td { overflow-wrap: break-word; }
    .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
    th.number { white-space: normal; }
    .bar { width: 35%; }
    .bar span { display: block; height: .55rem; min-width: 1px; border-radius: 2px;
      background: var(--bar); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .explained td { font-weight: 600; }
    .explained .bar span { background: var(--strong); }
    dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; margin: .6rem 0 0;
      font-size: .85rem; }
    dt { color: var(--muted); }
    dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
    .ledger dd { text-align: right; }
    .warnings { list-style: none; margin: .6rem 0 0; padding: 0; font-size: .85rem; }
    .warnings li { color: var(--warning); background: var(--warning-page); border-radius: 4px;
      padding: .25rem .5rem; margin-top: .25rem; overflow-wrap: anywhere; }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
      padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    code { font-family: ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace;
      font-size: .88rem; }
    .article h3 { margin-top: 1.2rem; }
    .article { max-width: 70rem; }
    .article p, .article ul { margin: .6rem 0; max-width: 70ch; }
    .wide { overflow-x: auto; margin: 1rem 0; }
    .plate { margin: 1.25rem 0; break-inside: avoid; }
    .plate img { width: auto; max-width: 100%; }
    .plate figcaption { font-size: .88rem; max-width: 70ch; margin-top: .4rem; overflow-x: auto;
      overflow-wrap: break-word; }
    .plate .wide { margin: 0; }
    caption > span { display: block; max-width: min(70ch, calc(100vw - 2rem)); }
    .ends { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .3em;
      margin: .25rem 0 0; max-width: 18rem; font-size: 11px; line-height: 1.3; color: var(--muted);
      white-space: nowrap; font-variant-numeric: tabular-nums; }
    .ends i { flex: 0 0 100%; height: .45rem; outline: 1px solid var(--bar); outline-offset: -1px;
      print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .ends span:last-child { margin-left: auto; }
    .pictures td:first-child .ends { max-width: 7rem; }
    .fold summary { cursor: pointer; }
    .fold summary h2 { display: inline; }
    .figures { display: grid; gap: 1.25rem; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 31rem), 1fr)); }
    .figures .plate { margin: 0; }
    .figures { margin: 1rem 0; }
    .narrow { grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
    .chart { display: block; max-width: 100%; height: auto; font-variant-numeric: tabular-nums; }
    .formula { font-family: 'STIX Two Text', Cambria, Georgia, 'DejaVu Serif', serif;
      font-style: italic; white-space: nowrap; }
    .formula sub, .formula sup { font-size: .72em; line-height: 0; }
    math { font-size: 1.15rem; margin: .9rem 1.5rem; width: fit-content;
      font-family: 'STIX Two Math', 'Latin Modern Math', 'Cambria Math', 'DejaVu Math TeX Gyre', math; }
    td .plate { margin: .1rem 0; }
    td .plate figcaption { font-size: .78rem; margin-top: .15rem; white-space: nowrap; }
    .pictures { table-layout: fixed; min-width: 58rem; }
    .pictures td { overflow-wrap: normal; padding: .2rem .3rem .2rem 0; }
    .pictures th:first-child { width: 8rem; }
    .pictures td:first-child { overflow-wrap: anywhere; }
    .cards { display: grid; gap: 1.25rem; margin: 1.25rem 0;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
    .card { position: relative; border: 1px solid var(--line); border-radius: 8px;
      background: var(--card); overflow: hidden; break-inside: avoid; }
    .card img { border-radius: 0; aspect-ratio: 16 / 10; object-fit: contain; background: #fff; }
    .card h3, .card p { margin: .7rem .9rem; }
    .card p { font-size: .9rem; color: var(--muted); }
    .card a { text-decoration: none; }
    .card a::after { content: ''; position: absolute; inset: 0; }
    .ways { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 1rem; font-size: .92rem; }
    nav ul { columns: 2; column-gap: 2.5rem; padding-left: 1.2rem; font-size: .92rem; }
    a { color: var(--strong); }
    @media (max-width: 48rem) {
      .answer { grid-template-columns: minmax(0, 1fr); }
      .formula { white-space: normal; }
      nav ul { columns: 1; }
      math { margin-left: 0; margin-right: 0; }
      th, td { padding-right: .4rem; }
    }
    @media print {
      :root { --text: #000; --muted: #444; --page: #fff; --card: #fff; --line: #bbb;
        --bar: #666; --strong: #000; --warning: #5c3300; --warning-page: #fff;
        \(ChartColor.variables(ChartColor.palette)) }
      body { padding: 0; font-size: 10pt; max-width: none; }
      section { break-before: page; border-top: 0; margin-top: 0; }
      section:first-of-type { break-before: auto; }
      .article section { break-before: auto; }
      .wide { overflow: visible; }
      .pictures { min-width: 0; }
      .fold::details-content { content-visibility: visible; block-size: auto; }
      .chart { min-width: 0 !important; }
      h2, h3 { break-after: avoid; }
      .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .6rem; padding: 1px; }
        .answer img { max-height: 14rem; }
      .answer { grid-template-columns: 1fr 1.5fr; margin: .6rem 0 .8rem; }
    }
    """
}
