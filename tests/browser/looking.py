"""What is wrong with how a page looks or reads; each function returns findings, none on a good page."""

import functools
import pathlib
import re

from babel.messages import pofile

ROOT = pathlib.Path(__file__).parents[2]
AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
CATALOGUE = ROOT / "gridmgr" / "locale" / "zh.po"
WEIGHTY = ("serious", "critical")
ENGLISH, CHINESE = "id", "string"
FIELD = re.compile(r"\{\w+\}")
TELLING = 8
"""A template says something of its own from this many characters beside its fields."""

FUNCTION = """() => {
    const SLACK = 2;
    const clips = (element) => {
        const style = getComputedStyle(element);
        return { x: style.overflowX !== "visible", y: style.overflowY !== "visible",
                 scrolls: /auto|scroll/.test(style.overflowX + style.overflowY), dots: style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none" };
    };
    const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && !element.closest(".leaflet-container, script, style, noscript, option");
    const isMeantForEars = (box) => box.width <= 1 || box.height <= 1;
    const name = (element) => `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}${[...element.classList].map((one) => "." + one).join("")}`;

    /** Each line of text: where it is, and how much of it each ancestor leaves to be seen. */
    function texts() {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const node = walker.currentNode, element = node.parentElement;
            if (!node.data.trim() || !isShown(element)) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const rect of range.getClientRects()) {
                if (rect.width < 1 || rect.height < 1) continue;
                const seen = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
                let cutBy = null, hidden = false;
                for (let up = element; up && up !== document.documentElement; up = up.parentElement) {
                    if (getComputedStyle(up).position === "fixed" && up !== element) break;
                    const clip = clips(up);
                    if (up === document.body || (!clip.x && !clip.y)) continue;
                    const box = up.getBoundingClientRect();
                    if (isMeantForEars(box)) hidden = true;
                    const over = (clip.x && (seen.left < box.left - SLACK || seen.right > box.right + SLACK)) || (clip.y && (seen.top < box.top - SLACK || seen.bottom > box.bottom + SLACK));
                    if (over && !clip.scrolls && !clip.dots) cutBy ??= name(up);
                    if (clip.x) { seen.left = Math.max(seen.left, box.left); seen.right = Math.min(seen.right, box.right); }
                    if (clip.y) { seen.top = Math.max(seen.top, box.top); seen.bottom = Math.min(seen.bottom, box.bottom); }
                }
                if (hidden) continue;
                found.push({ element, text: node.data.trim(), seen, cutBy });
            }
        }
        return found;
    }
"""
CUT = (
    FUNCTION
    + """
    const beyond = document.documentElement.scrollWidth > innerWidth + 1 ? [`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`] : [];
    return [...beyond, ...texts().filter(({ cutBy }) => cutBy).map(({ text, cutBy }) => `“${text}” is cut by ${cutBy}`)];
}"""
)
OVERLAPPING = (
    FUNCTION
    + """
    const layer = (element) => element.closest("dialog, [role=dialog], [role=tooltip], .float, .toasts, .rail, .bar, .maptools, .scale, .credit, .pastbar, .ruler, .mchips") ?? document.body;
    const lines = texts().map((line) => ({ ...line, layer: layer(line.element) })).filter(({ seen }) => seen.right - seen.left > 2 && seen.bottom - seen.top > 2);
    const found = [];
    lines.forEach((one, i) => lines.slice(i + 1).forEach((other) => {
        if (one.layer !== other.layer || one.element === other.element) return;
        const wide = Math.min(one.seen.right, other.seen.right) - Math.max(one.seen.left, other.seen.left);
        const high = Math.min(one.seen.bottom, other.seen.bottom) - Math.max(one.seen.top, other.seen.top);
        const least = Math.min(one.seen.bottom - one.seen.top, other.seen.bottom - other.seen.top);
        if (wide > 2 && high > least / 3) found.push(`“${one.text}” lies over “${other.text}”`);
    }));
    return found;
}"""
)
SAID = (
    FUNCTION
    + """
    const attributes = ["aria-label", "title", "placeholder", "alt"];
    const named = [...document.querySelectorAll(attributes.map((one) => `[${one}]`).join())].flatMap((element) => attributes.map((one) => element.getAttribute(one) ?? ""));
    return [document.title, ...texts().map(({ text }) => text), ...named].map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
)


def cut_texts(page):
    """Return the texts that a box cuts off without saying so, and whether the page is wider than the window."""
    return page.evaluate(CUT)


def overlapping_texts(page):
    """Return the pairs of texts of one surface that lie over each other."""
    return page.evaluate(OVERLAPPING)


def untranslated(page, language):
    """Return the texts of the page that stand in the catalogue in the other language."""
    other = ENGLISH if language == "zh" else CHINESE
    return sorted({text for text in page.evaluate(SAID) if any(one.fullmatch(text) for one in foreign(other))})


@functools.cache
def foreign(side):
    """Return a pattern for each text of the catalogue as it is on one side, where the two sides differ."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in pofile.read_po(file) if message.id and message.id != message.string]
    said = (getattr(message, side).strip() for message in messages)
    return [re.compile(pattern(text), re.DOTALL) for text in said if len(FIELD.sub("", text)) >= least(text)]


def least(text):
    """Return how long a text is at least that can be told from names and numbers."""
    return TELLING if FIELD.search(text) else 1


def pattern(text):
    """Return the regular expression of a template, its fields standing for anything."""
    return ".+".join(re.escape(part) for part in FIELD.split(text))


def barriers(page):
    """Return what axe-core finds that is serious or critical: rule, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "() => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in WEIGHTY
        for node in one["nodes"]
    ]


def blemishes(page, language):
    """Return everything this module finds on a page."""
    return [*cut_texts(page), *overlapping_texts(page), *untranslated(page, language), *barriers(page)]
