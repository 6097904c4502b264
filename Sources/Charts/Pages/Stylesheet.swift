/// The page's style: one column, system fonts, tabular figures, three sizes, thin rules.
enum Stylesheet {
  static let css = """
    :root{color-scheme:light dark;\(Palette.light.properties)}
    @media (prefers-color-scheme:dark){:root{\(Palette.dark.properties)}}
    *{box-sizing:border-box}
    html{background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
    body{margin:0}
    main,footer,header.top>div,aside{max-width:72rem;margin:0 auto;padding:0 1.25rem}
    main{padding-top:2.25rem;padding-bottom:3rem}main:focus{outline:0}
    h1,h2{font-size:1rem;font-weight:600;margin:0;line-height:1.35}
    h2{margin:3.25rem 0 .15rem}h3{font-size:1rem;font-weight:400;margin:1.4rem 0 .3rem}
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
    .wide,.medium,.broad{display:none}
    @media (min-width:640px){.medium,.broad{display:block}.narrow{display:none}}
    @media (min-width:1000px){.wide{display:block}.medium{display:none}}
    table{border-collapse:collapse;width:100%}
    th{font-weight:400;text-align:right;vertical-align:bottom}
    td,th{padding:.34rem 0 .34rem 1rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
    td:first-child,th:first-child{padding-left:0}
    th[scope=row],th.t,td.t{text-align:left}
    td,th[scope=row]{vertical-align:baseline}
    th[scope=row]{color:var(--text);font-size:1rem;white-space:normal;overflow-wrap:break-word;max-width:22rem}
    th.state{white-space:nowrap}
    td.t{white-space:normal}td.words{white-space:normal;color:var(--quiet)}td.full{white-space:normal;min-width:9rem;vertical-align:middle}
    td.full .small{display:block;line-height:1.3;margin-top:.15rem}
    tfoot th,tfoot td{border-bottom:0;border-top:1px solid var(--quiet);font-weight:600}
    code{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.8125rem;\
    overflow-wrap:anywhere}
    p,li,summary{overflow-wrap:break-word}
    pre{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.8125rem;\
    white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0 1rem;padding:.25rem 0 .25rem .75rem;\
    border-left:3px solid var(--quiet)}
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
    .skip{position:absolute;left:-99rem;top:0;background:var(--bg);padding:.6rem 1rem;z-index:1}
    .skip:focus{left:0}
    header.top{border-bottom:1px solid var(--rule)}
    header.top>div{display:grid;grid-template-columns:auto 1fr;gap:0 2rem;align-items:baseline;padding-top:.75rem}
    .org{font-weight:600;margin:0;padding:.3rem 0}
    nav{display:contents}nav ul{display:flex;flex-wrap:wrap;gap:0 1.4rem;list-style:none;margin:0;padding:0}
    nav .tabs{justify-self:end}nav .pages{grid-column:1/-1;font-size:.875rem}
    nav a{display:block;color:var(--quiet);text-decoration:none;padding:.3rem 0;min-height:1.75rem;\
    border-bottom:2px solid transparent}
    nav a[aria-current]{color:var(--text)}nav .pages a[aria-current]{border-color:var(--accent)}
    nav a:hover{color:var(--text);text-decoration:underline}
    aside{padding-top:.8rem;font-size:.875rem}aside form{margin:.2rem 0}
    aside form p,form [role=group]{display:flex;flex-wrap:wrap;gap:.35rem;align-items:center;max-width:none}
    .choice{margin:1rem 0 .4rem}.choice label{display:inline;margin:0}.choice a{margin-left:.6rem}
    .choices{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.4rem 0 1rem;padding:0}
    .choices a,.choice a{display:inline-block;min-height:1.5rem}
    .take{font-size:.8125rem;margin:.2rem 0 0}.take a{display:inline-block;padding:.15rem .35rem;min-height:1.5rem;\
    min-width:1.5rem;margin-right:.4rem;color:var(--quiet)}.take a:first-child{margin-left:-.35rem}
    td.none,span.none{color:var(--quiet)}
    .spark,.interval{display:inline-block;vertical-align:middle;max-width:none}
    .interval{margin-right:.6rem}
    .spark-line{fill:none;stroke:var(--quiet);stroke-width:1.3;stroke-linejoin:round}
    .dot{fill:var(--text)}.hollow{fill:var(--bg);stroke:var(--quiet);stroke-width:1.5}
    .whisker{fill:none;stroke:var(--quiet);stroke-width:1.5}.interval .rule{stroke:var(--rule);stroke-width:1.5}
    .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.line circle{stroke:none}
    .l1{stroke:var(--accent)}.l1 circle{fill:var(--accent)}.l2{stroke:var(--text);stroke-dasharray:7 4}
    .l2 circle{fill:var(--text)}.l3{stroke:var(--quiet);stroke-dasharray:2 4}.l3 circle{fill:var(--quiet)}
    .l4{stroke:var(--quiet);stroke-dasharray:9 3 2 3}.l4 circle{fill:var(--quiet)}
    .area{fill:var(--quiet);opacity:.16}.a1{fill:var(--accent)}
    .target{fill:none;stroke:var(--text);stroke-dasharray:1 3;stroke-width:1.5}
    .mark{fill:none;stroke:var(--text);stroke-width:1}
    .bin{fill:var(--accent);opacity:.55}.bin-before{fill:none;stroke:var(--text);stroke-width:1.6}
    figcaption strong{color:var(--text);font-size:1rem;font-weight:400;display:block}
    a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible{outline:2px solid var(--accent);\
    outline-offset:2px}
    button,input,select,textarea{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--quiet);\
    border-radius:4px;padding:.35rem .7rem;max-width:100%}
    form{margin:.8rem 0}label{display:block;margin:.5rem 0 .2rem}
    .notice{border-left:3px solid var(--accent);padding:.2rem 0 .2rem .9rem;margin:1rem 0}
    footer p{border-top:1px solid var(--rule);padding:.7rem 0 2.5rem;margin:0;max-width:none}
    @media (min-width:741px){.fold :is(td,thead th){white-space:normal}
    .broad-cell .interval{display:block;margin:0 0 0 auto}}
    \(folding("table.fold", below: 740))
    \(folding("table.fold-late", below: 620))
    @media (min-width:741px) and (max-width:1000px){.dense,.dense th[scope=row]{font-size:.8125rem}
    .dense :is(td,th):not(:first-child){padding-left:.7rem}.dense .mix{min-width:3.5rem}}
    @media (max-width:740px){dl{display:block}dt{margin-top:.5rem}.lead{font-size:1.3rem}main{padding-top:1.5rem}}
    @media print{:root{color-scheme:light;\(Palette.light.properties);--bg:#fff;--text:#000;--quiet:#333}
    @page{margin:14mm}html{font-size:10pt}main{max-width:none;padding:0}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    figure,tr,h2+p,section>table{break-inside:avoid}thead,caption,figcaption{break-after:avoid}h2{break-after:avoid;margin-top:1.6rem}
    .medium,.broad{display:block}.wide,.narrow,header.top,.skip,.take,aside,form{display:none}.scroll{overflow:visible}
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
    \(table) :is(td,th){padding:0;border:0;text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:0}
    \(table) :is(th[scope=row],td.words,td.full,td.broad-cell){grid-column:1/-1;max-width:none;white-space:normal}
    \(table) td[data-h]:is(:not(.words,.full),.none)::before{content:attr(data-h);display:block;\
    white-space:normal;color:var(--quiet);font-size:.8125rem}
    \(table) td:empty{display:none}
    \(table) tfoot tr{border-top:1px solid var(--quiet);border-bottom:0}
    }
    """
  }
}
