"""The report's style sheet: light and dark as the reader's system is set."""

CSS = """
:root { color-scheme: light dark; --text: #1d2129; --quiet: #5b6472; --page: #ffffff; --card: #f4f5f7;
  --line: #d7dbe0; --accent: 38, 113, 189; --good: #1a7f37; --bad: #c0392b; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaee; --quiet: #a3abb8; --page: #16181d; --card: #20242b; --line: #3a404a;
    --accent: 92, 163, 235; --good: #57c26f; --bad: #ff7b6b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6em; margin: 0 0 4px; } h2 { font-size: 1.2em; margin: 32px 0 8px; }
p { margin: 4px 0; max-width: 75ch; } .quiet, figcaption { color: var(--quiet); }
.verdict { background: var(--card); border-left: 4px solid rgb(var(--accent)); border-radius: 6px; margin: 16px 0;
  padding: 12px 16px; }
.verdict strong { font-size: 1.1em; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; }
th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--quiet); font-weight: 600; }
td.text { text-align: left; white-space: normal; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 8px; }
.good { color: var(--good); } .bad { color: var(--bad); }
.matrix td { text-align: center; border: 1px solid var(--page); min-width: 44px; }
.matrix td:first-child { text-align: left; border: 0; } .matrix th { text-align: center; }
.row { display: flex; flex-wrap: wrap; gap: 16px; } figure { margin: 0 0 8px; flex: 1 1 340px; max-width: 520px; }
svg { width: 100%; height: auto; background: var(--card); border-radius: 6px; }
svg text { fill: var(--quiet); font-size: 11px; } .grid { stroke: var(--line); }
.baseline { stroke: var(--quiet); stroke-dasharray: 5 4; }
.line { fill: none; stroke: rgb(var(--accent)); stroke-width: 2; }
.dot, .bar { fill: rgb(var(--accent)); }
.images { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 8px;
  margin-bottom: 20px; }
.images figure { max-width: none; } .images img { width: 100%; border-radius: 4px; display: block; }
@media print { body { max-width: none; padding: 0; } h2, figure, tr { break-inside: avoid; } }
"""
