"""What a draft does, on the command line: what changes hands, the load of grids, and proposals as lists of edits."""

import json

import click

from gridmgr.cli import printing
from gridmgr.cli.reviewing import draft
from gridmgr.i18n import N_

MEASURES = {
    "area_m2": N_(">Area, m²"),
    "households": N_(">Households"),
    "road_km": N_(">Road, km"),
    "components": N_(">Components"),
    "shops": N_(">Shops"),
    "open_cases": N_(">Open cases"),
    "past_cases": N_(">Past cases"),
}
UNKNOWN = "—"
AIMS = ("load", "streets")


@draft.command("impact")
@click.argument("number", type=printing.NUMBER)
@click.option("--months", type=click.IntRange(1, 60), default=6, show_default=True, help="How far back cases count.")
@click.pass_obj
def impact(settings, number, months):
    """Tell what changes hands by draft NUMBER, and who gains or loses."""
    from gridmgr.services.impact import accounting

    found = accounting.account(settings.engine, number, at=printing.now(), months=months)
    headings = [printing.words(name) for name in MEASURES.values()]
    rows = [(one or UNKNOWN, to or UNKNOWN, *cells(found, amounts)) for (one, to), amounts in sorted_pairs(found.moved)]
    rows.append((printing.words("In all"), "", *cells(found, found.totals())))
    printing.table(None, [printing.words("From"), printing.words("To"), *headings], rows)
    rows = [
        (h.person.code, h.person.name, f"{h.grids_before} → {h.grids_after}", *changes(found, h)) for h in found.holders
    ]
    names = [printing.words(name) for name in ("Person", "Name", ">Grids")]
    printing.table(printing.words("Who gains or loses, in the grids that the draft touches"), [*names, *headings], rows)
    for kind, words in (("created", N_("Created: {codes}")), ("dissolved", N_("Dissolved: {codes}"))):
        if found.codes[kind]:
            printing.say(words, codes=", ".join(found.codes[kind]))
    for one, other in found.codes["recoded"]:
        printing.say("{code} has the code {other} now.", code=one, other=other)
    if len(found.known) < len(MEASURES):
        printing.say("{mark}: the city has no data for it.", mark=UNKNOWN)


def sorted_pairs(moved):
    """Return what changes hands by the codes it comes from and goes to, the outside first."""
    return sorted(moved.items(), key=lambda item: [code or "" for code in item[0]])


def cells(found, amounts):
    """Return the cells of one row of amounts."""
    return [shown(name, amounts.get(name, 0.0)) if name in found.known else UNKNOWN for name in MEASURES]


def changes(found, holder):
    """Return by how much a person has more or less."""
    known = {name: holder.after.get(name, 0.0) - holder.before.get(name, 0.0) for name in found.known}
    return [shown(name, known[name], "+") if name in known else UNKNOWN for name in MEASURES]


def shown(name, value, sign=""):
    """Return an amount as text."""
    text = f"{value:{sign},.2f}" if name == "road_km" else f"{value:{sign},.0f}"
    return "0" if text in ("+0", "-0", "+0.00", "-0.00") else text


@draft.command("load")
@click.argument("number", type=printing.NUMBER)
@click.argument("codes", nargs=-1)
@click.option("--weights", default="", help="Other weights than the city's, like households:300,shops:0.")
@click.pass_obj
def load(settings, number, codes, weights):
    """Tell the load of grids before and after draft NUMBER: those named, or in the areas named; else those around."""
    from gridmgr.services.impact import loading

    found = loading.load(settings.engine, number, at=printing.now(), codes=list(codes) or None, weights=weights)
    rows = [
        (one.code, one.name, one.person.name if one.person else UNKNOWN, decimal(one.before), decimal(one.after),
         decimal(one.compactness_after), one.parts or UNKNOWN)
        for one in found.lines
    ]  # fmt: skip
    names = [
        printing.words(name)
        for name in ("Grid", "Name", "Person", ">Load before", ">Load after", ">Compactness", ">Parts")
    ]
    printing.table(None, names, rows)
    for words, side in ((N_("Before: {grids} grids, heaviest {peak} times the mean, variation {spread}."), found.before),
                        (N_("After: {grids} grids, heaviest {peak} times the mean, variation {spread}."), found.after)):  # fmt: skip
        printing.say(words, grids=side.grids, peak=decimal(side.max_over_mean), spread=decimal(side.variation))


def decimal(value):
    """Return a figure with two decimals, a dash for none."""
    return UNKNOWN if value is None else f"{value:.2f}"


@draft.command("propose")
@click.argument("number", type=printing.NUMBER)
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--aim", type=click.Choice(AIMS), default="load", help="An even load, or candidate grids between streets."
)
@click.option("--weights", default="", help="Other weights than the city's, like households:300,shops:0.")
@click.option(
    "--load", "wanted", type=click.FloatRange(0, min_open=True), help="Load that a candidate grid should have."
)
@click.pass_obj
def propose(settings, number, codes, aim, weights, wanted):
    """Print edits by which the grids (or areas) CODES share their load evenly: one JSON object a line, for draft apply."""
    from gridmgr.services.impact import proposing, streets

    asked = {"grids": list(codes), "at": printing.now(), "weights": weights}
    if aim == "streets":
        found = streets.candidates(settings.engine, number, **asked, aim=wanted)
        report = printing.words("{count} grids would be split off.", count=len(found.steps))
    else:
        found = proposing.propose(settings.engine, number, **asked)
        peaks = (decimal(found.before.max_over_mean), decimal(found.after.max_over_mean))
        words = N_("{count} edits: the heaviest grid goes from {before} to {after} times the mean.")
        report = printing.words(words, count=len(found.steps), before=peaks[0], after=peaks[1])
    for step in found.steps:
        click.echo(json.dumps(step.edit, ensure_ascii=False))
    click.echo(report, err=True)
