/// The page's style: one column, system fonts, tabular figures, three sizes, thin rules.
enum Stylesheet {
  static let css = """
    :root{color-scheme:light dark;\(Palette.light.properties)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.properties)}}
    *{box-sizing:border-box}
    html{background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
    body{margin:0}
    main{max-width:72rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
    h1,h2{font-size:1rem;font-weight:600;margin:0;line-height:1.35}
    h2{margin:3.25rem 0 .15rem}
    p{margin:.25rem 0;max-width:46rem}
    .lead{font-size:1.6rem;line-height:1.3;margin:1rem 0 .4rem;max-width:40rem;text-wrap:balance}
    .quiet,figcaption,caption,th,footer{color:var(--quiet)}
    .small,figcaption,caption,th,footer,summary{font-size:.8125rem}
    caption,figcaption{text-align:left;padding:0 0 .6rem;max-width:46rem;caption-side:top}
    figure{margin:.4rem 0 0}
    .defs{position:absolute}
    svg{display:block;max-width:100%;height:auto;overflow:visible}
    svg text{fill:var(--text);font-size:13px;font-family:inherit}
    svg .q{fill:var(--quiet)}
    svg .b{font-weight:600}
    svg .halo{paint-order:stroke;stroke:var(--bg);stroke-width:5px;stroke-linejoin:round}
    svg .axis{stroke:var(--rule)}
    svg .lead-line{stroke:var(--rule);fill:none}
    svg .band{opacity:.62}
    svg .band:hover{opacity:.95}
    .wide,.medium{display:none}
    @media (min-width:640px){.medium{display:block}.narrow{display:none}}
    @media (min-width:1000px){.wide{display:block}.medium{display:none}}
    table{border-collapse:collapse;width:100%}
    th{font-weight:400;text-align:right;vertical-align:bottom}
    td,th{padding:.34rem 0 .34rem 1rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
    td:first-child,th:first-child{padding-left:0}
    th[scope=row],th.t,td.t{text-align:left}
    td,th[scope=row]{vertical-align:baseline}
    th[scope=row]{color:var(--text);font-size:1rem;white-space:normal;overflow-wrap:anywhere;max-width:22rem}
    th.state{white-space:nowrap}
    td.words{white-space:normal;color:var(--quiet)}
    tfoot th,tfoot td{border-bottom:0;border-top:1px solid var(--quiet);font-weight:600}
    code{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.8125rem;\
    overflow-wrap:anywhere}
    .swatch{display:inline-block;width:.8em;height:.8em;margin-right:.5em;vertical-align:-.05em;\
    outline:1px solid var(--quiet);outline-offset:-1px;background:var(--c)}
    .mix{width:100%;height:.8rem;min-width:7rem}
    .s-held{--c:var(--held)}.s-reverted{--c:var(--reverted)}.s-open{--c:var(--open)}
    .s-explored{--c:var(--explored)}.s-unexplained,.s-not-linked{--c:var(--unexplained)}
    .s-linked-not-held{--c:var(--open)}.s-plain{--c:var(--quiet)}
    .swatch:is(.s-fresh,.s-linked){background:repeating-linear-gradient(135deg,var(--fresh) 0 5px,\
    color-mix(in srgb,var(--fresh) 55%,var(--bg)) 5px 7px)}
    .swatch:is(.s-unknown,.s-untold){background:repeating-linear-gradient(45deg,var(--bg) 0 3px,\
    var(--hatch) 3px 4.5px)}
    .narrow .mix{height:1.5rem;min-width:2px;margin:.2rem 0}.narrow li{margin-bottom:.9rem}
    .narrow ul{list-style:none;margin:0;padding:0}
    .row{display:flex;justify-content:space-between;gap:1rem}
    ul.plain{margin:.4rem 0;padding-left:1.1rem;max-width:46rem}
    ul.plain li{margin:.15rem 0;overflow-wrap:anywhere}
    details{margin:.8rem 0 0}
    summary{cursor:pointer;color:var(--accent)}
    summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .scroll{overflow-x:auto}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.25rem;margin:.5rem 0;max-width:52rem}
    dt{font-weight:600}dd{margin:0;color:var(--quiet)}
    a{color:var(--accent)}
    nav{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:0 0 2rem;font-size:.875rem}
    nav a{color:var(--quiet);text-decoration:none;padding:.2rem 0}
    nav a[aria-current]{color:var(--text);border-bottom:2px solid var(--accent)}
    nav a:hover{color:var(--text)}
    a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid var(--accent);\
    outline-offset:2px}
    button,input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--quiet);\
    border-radius:4px;padding:.35rem .7rem;max-width:100%}
    form{margin:.8rem 0}label{display:block;margin:.5rem 0 .2rem}
    .notice{border-left:3px solid var(--accent);padding:.2rem 0 .2rem .9rem;margin:1rem 0}
    footer{margin-top:3.5rem;border-top:1px solid var(--rule);padding-top:.7rem}
    \(folding("table.fold", below: 740))
    \(folding("table.fold-late", below: 620))
    @media (min-width:741px) and (max-width:1000px){.dense,.dense th[scope=row]{font-size:.8125rem}
    .dense :is(td,th):not(:first-child){padding-left:.7rem}.dense .mix{min-width:3.5rem}}
    @media (max-width:740px){dl{display:block}dt{margin-top:.5rem}.lead{font-size:1.3rem}main{padding-top:1.5rem}}
    @media print{:root{color-scheme:light;\(Palette.light.properties);--bg:#fff;--text:#000;--quiet:#333}
    @page{margin:14mm}html{font-size:10pt}main{max-width:none;padding:0}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    figure,tr,h2+p,section>table{break-inside:avoid}thead,caption,figcaption{break-after:avoid}h2{break-after:avoid;margin-top:1.6rem}
    .medium{display:block}.wide,.narrow{display:none}.scroll{overflow:visible}
    details::details-content{content-visibility:visible;display:block}summary{display:none}}
    """

  /// Turns each row of a table into a block, where a screen is too narrow for its columns.
  private static func folding(_ table: String, below width: Int) -> String {
    """
    @media (max-width:\(width)px){
    \(table),\(table) :is(caption,tbody,tfoot,tr,th,td){display:block}
    \(table) thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    \(table) tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.2rem,1fr));gap:.15rem 1rem;\
    padding:.6rem 0;border-bottom:1px solid var(--rule)}
    \(table) :is(td,th){padding:0;border:0;text-align:left}
    \(table) :is(th[scope=row],td.words,td.full){grid-column:1/-1;max-width:none}
    \(table) td[data-h]:not(.words,.full)::before{content:attr(data-h);display:block;color:var(--quiet);\
    font-size:.8125rem}
    \(table) td:empty{display:none}
    \(table) tfoot tr{border-top:1px solid var(--quiet);border-bottom:0}
    }
    """
  }
}
