"""Every page of the sample organisation in headless Chromium, as everybody sees it: at three widths, light and dark, in
print and without script. Ends with 1, and a list, if something is not as it has to be.

    python3 Benchmarks/pages/browse.py [--keep] [--only /me]

Looked for: rules of WCAG 2.2 A and AA (axe-core), sideways scrolling, down to 320 pixels, whether the keyboard reaches everything
in order and one sees where it is, links that lead nowhere, tables whose CSV or JSON say something else than the page,
pages of 100 kB and more, anything loaded from elsewhere, script or style that the Content-Security-Policy would have to
allow. With --keep some of the screenshots replace those in docs/pages.
"""

import argparse
import csv
import io
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "server"))
from serving import SERVER  # noqa: E402
from stage import BUILD, ROOT, Processes, answers, folder, free_port, say, virtual_environment, wait_until  # noqa: E402

PACKAGES = ["playwright==1.65.2", "axe-playwright-python==0.1.8", "pillow==12.0.0"]
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"

LOOKS = {
    "employee": [
        "/me", "/me/sessions", "/me/findings", "/organisation/estimate", "/organisation/demand", "/me/feedback", "/me/seen-by-others", "/me/who-looked", "/organisation", "/groups",
        "/groups?week=SETTLED", "/digests", "/target", "/boards", "/boards?of=teams", "/boards?of=use-cases", "/boards/spend",
        "/leaderboard", "/look-as",
    ],
    "manager": ["/me", "/groups", "/organisation", "/digests"],
    "anybody": ["/groups", "/organisation"],
    "finance": ["/organisation", "/organisation/demand?ahead=13", "/cost-centres", "/reconciliation", "/groups"],
    "administrator": ["/people", "/sources", "/organisation"],
    # Only where the machine has what the live agent needs.
    "owner": ["/agents"],
}
WIDTHS = {"phone": 390, "tablet": 820, "desk": 1280}
LONGEST = 100_000
# What is kept for reviewers: page, look, width, scheme.
KEPT = {
    "overview-desk-light": ("/organisation", "finance", "desk", "light"),
    "overview-phone-dark": ("/organisation", "finance", "phone", "dark"),
    "teams-desk-light": ("/groups?week", "employee", "desk", "light"),
    "teams-phone-light": ("/groups?week", "employee", "phone", "light"),
    "me-desk-light": ("/me", "employee", "desk", "light"),
    "me-desk-dark": ("/me", "employee", "desk", "dark"),
    "me-phone-light": ("/me", "employee", "phone", "light"),
    "seen-by-others-desk-light": ("/me/seen-by-others", "employee", "desk", "light"),
    "reconciliation-desk-light": ("/reconciliation", "finance", "desk", "light"),
    "target-desk-light": ("/target", "employee", "desk", "light"),
    "boards-desk-light": ("/boards", "employee", "desk", "light"),
    "approval-desk-light": ("/approvals/1", "owner", "desk", "light"),
}

problems = []


def check(what, is_so, found=None):
    if not is_so:
        problems.append(what if found is None else f"{what}: {found}")
        say(f"WRONG: {problems[-1]}")


def in_environment():
    """This file again, with what it needs from PyPI."""
    place = virtual_environment("pages", PACKAGES)
    done = subprocess.run(
        [place / "bin" / "python", __file__, *sys.argv[1:]], env={**os.environ, "ASSAY_PAGES_INSIDE": "1"})
    sys.exit(done.returncode)


class Look:
    """A browser of somebody who is signed in."""

    def __init__(self, chromium, base, who, **settings):
        self.base, self.who = base, who
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900}, **settings)
        self.page = self.context.new_page()
        self.page.goto(f"{base}/look-as")
        self.page.click(f'form[action="/look-as"] button[value="{who}"]')

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.context.close()

    def get(self, path):
        return self.context.request.get(self.base + path, headers={"Accept": "text/html"}, max_redirects=0)


def paths_of(look):
    """Those of the look that this server has; the latest settled week by its name."""
    settled = re.search(r"(\d{4}-W\d\d) is the latest that is", look.get("/groups").text())
    paths = [path.replace("SETTLED", settled[1] if settled else "") for path in LOOKS[look.who]]
    # One of each kind that has a page of its own.
    for listing in ("/me/sessions", "/digests"):
        one = re.search(f'<th role="rowheader" scope="row"><a href="({listing}/[^"?]+)"', look.get(listing).text())
        if listing in paths and one:
            paths.append(one[1])
    if "/agents" in paths:
        for kind in ("approvals", "runs", "agents"):
            one = re.search(f'href="(/{kind}/[^"?]+)"', look.get("/agents").text())
            check(f"{look.who}: /agents leads to one of {kind}", one)
            paths += [one[1]] if one else []
    return [path for path in paths if look.get(path).status == 200]


# What is on a page


def tables_agree(look, path):
    """Each table's downloads say what the page shows."""
    tables = look.page.evaluate(
        """() => [...document.querySelectorAll('table[id]')].map(table => ({
          id: table.id.replace(/^t-/, ''),
          heads: [...table.querySelectorAll('thead th')].map(cell => cell.textContent),
          links: [...(table.nextElementSibling?.matches('p.take') ? table.nextElementSibling.querySelectorAll('a') : [])]
            .map(link => link.getAttribute('href')),
          part: [1, 2, 3].reduce(([place, part]) => [place?.nextElementSibling,
            part ?? place?.textContent.match(/ (\d+) to (\d+) of (\d+)\./)], [table.nextElementSibling, null])[1]
            ?.slice(1).map(Number),
          rows: [...table.querySelectorAll('tbody tr')].map(row =>
            [...row.children].map(cell => cell.textContent))}))""")
    for table in tables:
        what = f"{look.who} {path}, table {table['id']}"
        if not table["links"]:
            continue
        found = {}
        for link in table["links"]:
            answer = look.context.request.get(look.base + path.split("?")[0] + link)
            check(f"{what}: {link}", answer.status == 200, answer.status)
            form = "csv" if "as=csv" in link else "json"
            found[form] = answer.text()
        lines = list(csv.reader(io.StringIO(found.get("csv", ""))))
        objects = json.loads(found.get("json", "[]"))
        # A long list is shown in pages and taken away whole.
        if table["part"] and table["part"][2] == len(objects) == len(lines) - 1:
            first, last, _ = table["part"]
            lines, objects = lines[:1] + lines[first:last + 1], objects[first - 1:last]
        check(f"{what}: as many rows in CSV", len(lines) - 1 == len(table["rows"]), (len(lines) - 1, len(table["rows"])))
        check(f"{what}: as many rows in JSON", len(objects) == len(table["rows"]))
        for shown, line, values in zip(table["rows"], lines[1:], objects):
            check(f"{what}: the first cell of CSV", plain(line[0]) == plain(shown[0]), (line[0], shown[0]))
            for cell, value in zip(shown, values.values()):
                check(f"{what}: {cell!r} in JSON", agrees(cell, value), value)


def plain(text):
    text = text.replace("\u00a0", " ").strip()
    return text[1:] if re.match("'[=+\\-@]", text) else text


def agrees(cell, value):
    """Whether what is read is what the data says, as far as it can be read."""
    cell = cell.replace("\u00a0", " ").strip()
    if value is None:
        return cell == "–"
    if value == {"withheld": True}:
        return cell == "not shown"
    if isinstance(value, (dict, list)):
        return True
    if isinstance(value, str):
        return cell == plain(value) or cell == value.strip()
    number = re.sub(r"[$,%<>−\s]|[A-Za-z]+$", "", cell)
    try:
        read = float(number)
    except ValueError:
        return False
    if cell.endswith("%"):
        return abs(read / 100 - value) <= 0.0101
    if "$" in cell:
        return abs(read - abs(value) / 1e9) <= max(0.5, 0.0001)
    unit = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(cell[-1:], 1)
    shown = 10.0 ** -len(number.partition(".")[2])
    return abs(read * unit - value) <= 0.51 * shown * unit


def keyboard(look, path):
    """Everything that can be used is reached by Tab, in the order of the page, and is seen to be."""
    wanted = look.page.evaluate(
        """() => { const found = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]
          .filter(one => one.checkVisibility({contentVisibilityAuto: true}) || one.matches('.skip'));
          found.forEach((one, index) => one.dataset.order = index); return found.length; }""")
    look.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    order, unseen = [], []
    for _ in range(min(wanted, 400)):
        look.page.keyboard.press("Tab")
        place, outline, name = look.page.evaluate(
            """() => { const one = document.activeElement; const style = getComputedStyle(one);
              return [one.dataset.order ?? null, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
                one.outerHTML.slice(0, 90)]; }""")
        order.append(place)
        if not outline:
            unseen.append(name)
    check(f"{look.who} {path}: Tab goes through all in order", order == [str(n) for n in range(len(order))],
          next(((n, o) for n, o in enumerate(order) if o != str(n)), None))
    check(f"{look.who} {path}: one sees where the keyboard is", not unseen, unseen[:2])


def links_resolve(look, path, seen):
    addresses = look.page.evaluate(
        "() => [...document.querySelectorAll('a[href]')].map(link => [link.getAttribute('href'), link.href])")
    for href, address in addresses:
        if href.startswith("#"):
            check(f"{look.who} {path}: {href} is there", look.page.query_selector(href) is not None)
            continue
        check(f"{look.who} {path}: {href} stays here", address.startswith(look.base))
        if (look.who, address) in seen:
            continue
        seen.add((look.who, address))
        status = look.context.request.get(address, headers={"Accept": "text/html"}, max_redirects=0).status
        check(f"{look.who} {path}: {href} resolves", status in (200, 302, 303), status)


def wholesome(look, path, axe):
    """What can be said of a page without looking at it."""
    requests = []
    look.page.on("request", lambda request: requests.append(request.url))
    messages = []
    look.page.on("console", lambda message: messages.append(message.text))
    answer = look.page.goto(look.base + path)
    what = f"{look.who} {path}"
    size = len(answer.body())
    check(f"{what}: under {LONGEST} bytes", size < LONGEST, size)
    elsewhere = [url for url in requests if not url.startswith(look.base)]
    check(f"{what}: nothing from elsewhere", not elsewhere, elsewhere)
    check(f"{what}: no message of the browser", not messages, messages[:3])
    policy = answer.headers.get("content-security-policy", "")
    check(f"{what}: a strict policy", "default-src 'none'" in policy and "unsafe" not in policy, policy)
    check(f"{what}: no script", look.page.evaluate("document.scripts.length") == 0)
    for violation in axe(look.page):
        check(f"{what}: {violation['id']}", False, (violation["help"], violation["nodes"][0]["html"][:160]))
    return size


def narrow(look, path):
    for width in (320, WIDTHS["tablet"], WIDTHS["desk"]):
        look.page.set_viewport_size({"width": width, "height": 640})
        over = look.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide = look.page.evaluate(
                """() => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1
                  && one.checkVisibility()).slice(0, 3).map(one => one.outerHTML.slice(0, 100))""")
            check(f"{look.who} {path}: no sideways scrolling at {width}", False, (over, wide))
    look.page.set_viewport_size({"width": 1280, "height": 900})


# Pictures


def photograph(chromium, base, place):
    for who in LOOKS:
        for scheme in ("light", "dark"):
            with Look(chromium, base, who, color_scheme=scheme) as look:
                for path in paths_of(look):
                    for name, width in WIDTHS.items():
                        look.page.set_viewport_size({"width": width, "height": 900})
                        look.page.goto(base + path)
                        look.page.screenshot(path=place / f"{file_name(who, path)}-{name}-{scheme}.png", full_page=True)
                    if scheme == "light":
                        look.page.set_viewport_size({"width": 820, "height": 1100})
                        look.page.emulate_media(media="print")
                        look.page.screenshot(path=place / f"{file_name(who, path)}-print.png", full_page=True)
                        look.page.emulate_media(media="screen")


def file_name(who, path):
    parts = ["one" if re.fullmatch("[0-9a-f]{32}|[0-9a-f-]{36}|[0-9]+", part) else part for part in path.split("=")[0].split("/")]
    return who + re.sub("[^a-z-]", "", "-".join(parts))


def keep(place):
    """Few and small: to a palette, at most 1600 pixels high."""
    from PIL import Image

    target = ROOT / "docs" / "pages"
    for name, (path, who, width, scheme) in KEPT.items():
        source = place / f"{file_name(who, path)}-{width}-{scheme}.png"
        if not source.exists():
            continue
        image = Image.open(source).convert("RGB")
        image = image.crop((0, 0, image.width, min(image.height, 1800)))
        image.quantize(96, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target / f"{name}.png", optimize=True)
    total = sum(file.stat().st_size for file in target.glob("*.png"))
    check("the kept pictures are small", total < 2_000_000, total)


def main():
    if not os.environ.get("ASSAY_PAGES_INSIDE"):
        in_environment()
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="replace the pictures in docs/pages")
    parser.add_argument("--only", help="only this page, and no pictures")
    options = parser.parse_args()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

    def axe(page):
        return Axe().run(page, options=rules).response["violations"]

    with Processes() as processes, sync_playwright() as playwright:
        place, port = folder("pages"), free_port()
        base = f"http://127.0.0.1:{port}"
        process = processes.start([SERVER, "serve", "--demo", "--listen", f"127.0.0.1:{port}"], place / "log")
        wait_until("the sample organisation", lambda: answers(port, "/health"), 900, process, place / "log")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if 'value="owner"' not in urllib.request.urlopen(f"{base}/look-as").read().decode():
            say("no live agent on this machine: its pages are not looked at")
            del LOOKS["owner"]
        seen, sizes = set(), {}
        for who in LOOKS:
            # The policy of the pages would keep axe-core out as it keeps every script out.
            with Look(chromium, base, who, bypass_csp=True) as look:
                for path in paths_of(look):
                    if options.only and path != options.only:
                        continue
                    size = wholesome(look, path, axe)
                    sizes[path] = max(size, sizes.get(path, 0))
                    tables_agree(look, path)
                    links_resolve(look, path, seen)
                    look.page.goto(base + path)
                    keyboard(look, path)
                    narrow(look, path)
            # Without script a page is the same page.
            with Look(chromium, base, who, java_script_enabled=False) as look:
                for path in [] if options.only else paths_of(look):
                    look.page.goto(base + path)
                    check(f"{who} {path}: readable without script", len(look.page.inner_text("main")) > 80)
            with Look(chromium, base, who, color_scheme="dark", bypass_csp=True) as look:
                for path in paths_of(look):
                    if options.only and path != options.only:
                        continue
                    look.page.goto(base + path)
                    for violation in axe(look.page):
                        check(f"{who} {path}, dark: {violation['id']}", False, violation["nodes"][0]["html"][:160])
        say("largest pages, kB: " + ", ".join(f"{path} {size / 1000:.0f}" for path, size in sizes.items()))
        if not options.only:
            photograph(chromium, base, place)
            if options.keep:
                keep(place)
        chromium.close()
    if problems:
        sys.exit(f"pages: {len(problems)} things are wrong")
    say(f"{len(seen)} links and {len(sizes)} pages are as they have to be; pictures in {BUILD / 'pages'}")


if __name__ == "__main__":
    main()
