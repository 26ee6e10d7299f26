// SPDX-License-Identifier: Apache-2.0

/// How the page looks: dense and quiet, in the system's fonts, dark or light as the system is, and on a phone.
enum PageStyle {
    static let text = #"""
        :root {
          --ground: #fbfbfa; --panel: #fff; --line: #e3e3df; --soft: #f1f1ee; --ink: #1c1d1b; --dim: #686b66; --accent: #1f6f5c; --accent-ink: #fff;
          --good: #1f6f5c; --warn: #8a5a00; --bad: #b3261e; --mark: #b3261e; --string: #1f6f5c; --number: #22579e; --word: #7a3e9d; --selected: #e4efeb;
          --mono: ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
          color-scheme: light dark;
        }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #141614; --panel: #1b1e1b; --line: #2e322e; --soft: #232723; --ink: #e2e5e0; --dim: #959b94; --accent: #5fbda3; --accent-ink: #0e1411;
            --good: #5fbda3; --warn: #d9a441; --bad: #f0857c; --mark: #f0857c; --string: #7fc8a9; --number: #8ab4f0; --word: #c79be0; --selected: #22332d; }
        }
        * { box-sizing: border-box; }
        html { font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; }
        body { margin: 0; min-width: 0; }
        [hidden] { display: none !important; }
        a { color: var(--accent); text-decoration: none; }
        a:hover { text-decoration: underline; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 3px; }
        code, pre, kbd, .where, .key, .preview, .json, .hex { font-family: var(--mono); font-size: 12.5px; }
        code { overflow-wrap: anywhere; }
        bdi { overflow-wrap: anywhere; }
        small, .note, .facts { color: var(--dim); }

        header { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 18px; padding: 0 20px; min-height: 44px; background: var(--panel); border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 3; }
        .brand { font-weight: 650; color: var(--ink); letter-spacing: -.01em; }
        header nav { display: flex; flex-wrap: wrap; gap: 0 2px; flex: 1; }
        header nav a { color: var(--dim); padding: 11px 9px 9px; border-bottom: 2px solid transparent; }
        header nav a:hover { color: var(--ink); text-decoration: none; }
        header nav a[aria-current] { color: var(--ink); border-color: var(--accent); }
        .mode { color: var(--dim); font-size: 12px; }
        main { padding: 16px 20px 60px; max-width: 1500px; margin: 0 auto; min-width: 0; }

        h1 { font-size: 18px; font-weight: 620; margin: 0; letter-spacing: -.01em; min-width: 0; overflow-wrap: anywhere; }
        h1 .slash { color: var(--dim); padding: 0 6px; font-weight: 400; }
        h2 { font-size: 14px; font-weight: 620; margin: 24px 0 8px; }
        h3 { font-size: 12.5px; font-weight: 620; margin: 0; }
        .head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; margin-bottom: 14px; }
        .head input[type=search] { width: 260px; max-width: 100%; }
        .tabs { display: flex; gap: 2px; flex: 1; flex-wrap: wrap; }
        .tabs a { padding: 3px 9px; border-radius: 5px; color: var(--dim); }
        .tabs a[aria-current] { background: var(--soft); color: var(--ink); }
        .tabs a:hover { text-decoration: none; color: var(--ink); }

        input, select, textarea, button, a.form { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 5px; padding: 4px 8px; min-height: 30px; min-width: 0; }
        input::placeholder, textarea::placeholder { color: var(--dim); opacity: .75; }
        input[type=checkbox] { min-height: 0; accent-color: var(--accent); }
        textarea { width: 100%; font-family: var(--mono); font-size: 12.5px; resize: vertical; }
        button { cursor: pointer; }
        button:hover, a.form:hover { background: var(--soft); text-decoration: none; }
        button:disabled { opacity: .5; cursor: default; }
        button[aria-pressed=true] { background: var(--selected); border-color: var(--accent); }
        .primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
        .primary:hover { background: var(--accent); filter: brightness(1.08); }
        .danger { color: var(--bad); }
        .primary.danger { background: var(--bad); border-color: var(--bad); color: var(--accent-ink); }
        .small, .form, a.form { padding: 0 8px; min-height: 24px; font-size: 12px; line-height: 22px; color: var(--dim); }
        .help { border-radius: 50%; width: 26px; min-height: 26px; padding: 0; color: var(--dim); }
        .more { font-size: 12px; min-height: 24px; padding: 0 8px; }
        label.check { display: inline-flex; align-items: center; gap: 5px; color: var(--dim); }

        .search { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: end; padding: 10px 12px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
        .search label { display: grid; grid-auto-flow: column; justify-content: start; gap: 2px 6px; min-width: 0; }
        .search label > span { grid-column: 1 / 3; grid-row: 1; font-size: 11.5px; color: var(--dim); }
        .search label > :not(span) { grid-row: 2; }
        .search .grow { flex: 1 1 280px; display: block; }
        .search .grow span { display: block; margin-bottom: 2px; }
        .search .grow input { width: 100%; }
        .search .partition { width: 76px; }
        .search .place { width: 190px; }
        .buttons { display: flex; flex-wrap: wrap; gap: 6px; }
        .statusline { margin: 8px 2px; min-height: 22px; color: var(--dim); font-variant-numeric: tabular-nums; }
        .status { margin: 0; }
        progress { width: 100%; height: 3px; display: block; appearance: none; border: 0; background: var(--line); border-radius: 2px; margin-bottom: 5px; overflow: hidden; }
        progress::-webkit-progress-bar { background: var(--line); }
        progress::-webkit-progress-value { background: var(--accent); }
        progress::-moz-progress-bar { background: var(--accent); }
        .pulse { display: inline-block; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); margin-right: 7px; animation: pulse 1.6s infinite; }
        @keyframes pulse { 50% { opacity: .25; } }
        @media (prefers-reduced-motion: reduce) { .pulse { animation: none; } }

        .scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; }
        th { text-align: left; font-weight: 500; font-size: 12px; color: var(--dim); white-space: nowrap; }
        th a { color: inherit; }
        th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody tr:hover { background: var(--soft); }
        tbody tr.selected { background: var(--selected); box-shadow: inset 3px 0 var(--accent); }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.empty, p.empty { color: var(--dim); padding: 22px 12px; text-align: center; }
        .after { margin-top: 10px; text-align: center; }
        .pager { display: flex; gap: 14px; padding: 8px 2px; color: var(--dim); font-variant-numeric: tabular-nums; }
        .note { font-size: 12.5px; margin: 10px 2px; }

        .badge { display: inline-block; padding: 0 7px; border-radius: 9px; font-size: 11.5px; line-height: 18px; background: var(--soft); color: var(--dim); white-space: nowrap; }
        .badge.good { color: var(--good); } .badge.warn { color: var(--warn); } .badge.bad { color: var(--bad); }
        span.good { color: var(--good); } span.warn { color: var(--warn); }
        .failure { color: var(--bad); overflow-wrap: anywhere; }
        .mark { color: var(--mark); font-family: var(--mono); font-size: 11px; border: 1px solid currentColor; border-radius: 3px; padding: 0 2px; margin: 0 1px; unicode-bidi: isolate; }

        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; margin-bottom: 16px; }
        .tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px; display: flex; flex-direction: column; gap: 1px; color: inherit; min-width: 0; }
        a.tile:hover { border-color: var(--accent); text-decoration: none; }
        .tile .label { font-size: 11.5px; color: var(--dim); }
        .tile .figure { font-size: 19px; font-weight: 560; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .tile .figure.text { font-size: 14px; }
        .tile.warn .figure { color: var(--warn); } .tile.bad .figure { color: var(--bad); }
        .trend { width: 100%; height: 32px; } .trend polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .directory { white-space: nowrap; } meter { width: 70px; height: 9px; margin: 0 4px 0 10px; }

        .records table { table-layout: fixed; }
        .records th.time { width: 212px; } .records th.number { width: 92px; } .records th.key { width: 20%; }
        tr.record { cursor: pointer; }
        tr.record td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        td.time { font-variant-numeric: tabular-nums; color: var(--dim); }
        .records th:nth-child(2), .records td.number:nth-child(2) { width: 74px; }
        .none { color: var(--dim); font-style: italic; font-family: system-ui, sans-serif; }
        .binary { color: var(--word); }
        @media (prefers-reduced-motion: no-preference) { tr.new { animation: arrive 1.2s ease-out; } }
        @keyframes arrive { from { background: var(--selected); } }
        tr.detail > td { padding: 12px 14px 14px; background: var(--soft); }
        tr.detail:hover { background: none; }
        .record-detail { display: grid; gap: 12px; min-width: 0; }
        .facts { margin: 0; overflow-wrap: anywhere; }
        .value { min-width: 0; }
        .value h3 { display: inline-block; margin-right: 8px; }
        .value > p { margin: 4px 0; }
        .forms { display: inline-flex; gap: 4px; flex-wrap: wrap; }
        a.form { display: inline-block; }
        .content { margin-top: 6px; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; max-height: 480px; overflow: auto; }
        .content pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
        .content pre.hex { white-space: pre; }
        .content p { margin: 0; }
        .headers { width: auto; } .headers th, .headers td { padding: 1px 14px 1px 0; border: 0; overflow-wrap: anywhere; white-space: normal; font-family: var(--mono); font-size: 12.5px; }
        .headers tr:hover { background: none; }
        .json { line-height: 1.5; } .json .members { padding-left: 18px; border-left: 1px solid var(--line); margin-left: 4px; }
        .json summary { cursor: pointer; list-style-position: outside; margin-left: 12px; } .json details > .line { margin-left: 12px; }
        .json details[open] > summary .folded { display: none; } .json .line { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: plaintext; }
        .folded { color: var(--dim); } .string { color: var(--string); } .json .number { color: var(--number); text-align: left; white-space: pre-wrap; } .word { color: var(--word); } .name { color: var(--ink); font-weight: 550; }

        dialog { border: 1px solid var(--line); border-radius: 10px; background: var(--panel); color: inherit; width: min(560px, calc(100vw - 24px)); padding: 16px 18px 18px; box-shadow: 0 12px 40px rgb(0 0 0 / .25); max-height: calc(100vh - 40px); overflow: auto; }
        dialog::backdrop { background: rgb(0 0 0 / .35); }
        dialog label:not(.check) { display: block; margin: 8px 0; } dialog label > span { display: block; font-size: 12px; color: var(--dim); }
        dialog label > input:not([type=checkbox]) { width: 100%; } dialog .buttons { margin-top: 14px; } dialog .check { margin-bottom: 4px; }
        .titlebar { display: flex; justify-content: space-between; align-items: start; gap: 10px; } .titlebar h2 { margin: 0 0 6px; font-size: 15px; overflow-wrap: anywhere; }
        .close { border: 0; background: none; font-size: 20px; line-height: 1; color: var(--dim); padding: 0 4px; min-height: 0; }
        .keys th, .keys td { border: 0; padding: 2px 14px 2px 0; color: inherit; font-size: inherit; } .keys { width: auto; } .keys tr:hover { background: none; }
        kbd { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 0 5px; white-space: nowrap; }
        #toast { position: fixed; bottom: 18px; left: 50%; transform: translateX(-50%); background: var(--ink); color: var(--ground); padding: 7px 14px; border-radius: 7px; max-width: calc(100vw - 30px); z-index: 5; }

        @media (max-width: 700px) {
          header { padding: 4px 12px; gap: 0 8px; } .mode { display: none; } header nav { order: 3; flex-basis: 100%; } header nav a { padding: 6px 5px; font-size: 13px; } .brand { flex: 1; }
          main { padding: 12px 10px 50px; } .wide { display: none; } th, td { padding: 5px 8px; }
          .head input[type=search] { flex: 1 1 160px; } .head .tabs { flex-basis: 100%; order: 3; } .head h1 { flex: 1 1 auto; }
          .search select { max-width: 150px; } .search .partition { width: 64px; }
          .tiles { grid-template-columns: repeat(auto-fill, minmax(100px, 1fr)); gap: 6px; }
          .records thead { display: none; } .records tr.record { display: grid; grid-template-columns: auto auto 1fr; gap: 0 10px; padding: 6px 8px; border-bottom: 1px solid var(--line); }
          .records tr.record td { border: 0; padding: 0; } .records td.number:nth-child(n) { width: auto; text-align: left; color: var(--dim); } .records td.key { grid-column: 1 / 4; font-weight: 600; } .records td.preview { grid-column: 1 / 4; }
          .records tbody, .records table { display: block; } .records tr.detail, .records tr.detail > td { display: block; min-width: 0; } .records td.number:nth-child(2)::before { content: "partition "; } .records td.number:nth-child(3)::before { content: "offset "; }
          .directory { white-space: normal; }
        }
        """#
}
