"""Questions about positions: one spot, or a whole file of them."""

import contextlib
import gc
import json
import pathlib

import click

from gridmgr.cli import printing


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--category", help="Five-digit code of the problem; its department is named.")
@click.option("--at", help="Instant, like 2026-05-03T21:00 (the city's time); default now.")
@click.option("--crs", default="wgs84", show_default=True, help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@click.option("--accuracy", type=float, help="Accuracy of the position in metres.")
@click.option("--draft", type=printing.NUMBER, help="Ask a draft instead of the published version.")
@click.option("--json", "as_json", is_flag=True, help="The decision as JSON.")
@click.pass_obj
def where(settings, lon, lat, category, at, crs, accuracy, draft, as_json):
    """Tell who answers for the spot at LON LAT."""
    from gridmgr.services import routing

    now = printing.now()
    city = routing.city(settings.engine)
    at = printing.instant(at, city.timezone)
    known = routing.knowledge(settings.engine, at=at or now, draft=draft)
    decision = routing.where(known, lon, lat, crs=crs, category=category, at=at or now, accuracy_m=accuracy)
    if as_json:
        click.echo(json.dumps(spoken(decision), ensure_ascii=False, indent=2))
    else:
        show(spoken(decision), known)


def spoken(decision):
    """Return a decision as plain values, its trace in the reader's language."""
    values = decision.to_dict()
    for entry, said in zip(values["trace"], decision.say(printing.language()), strict=True):
        entry["text"] = said
    return values


def show(decision, known):
    """Print a decision as a person reads it: the answer first, the reasons under it."""
    if known.is_unpublished:
        printing.say("Nothing is published yet: this is the answer of {label}.", label=known.ground.boundaries.label)
    if decision["outside"]:
        nearest = decision["nearest"]
        printing.say(
            "Outside the city. The nearest grid is {code}, {distance:.0f} m away.",
            code=nearest["code"],
            distance=nearest["distance_m"],
        )
    else:
        printing.table(None, ["", ""], answer_rows(decision))
    for number, step in enumerate(decision["trace"], 1):
        click.echo(f"  {'●' if step['won'] else '○'} {number} {step['text']}")


def answer_rows(decision):
    """Return the lines of the answer: grid, person, department, border."""
    levels = " › ".join(decision["level_names"].values())
    yield printing.words("Grid"), f"{decision['grid']['code']}  {levels}"
    yield printing.words("Person"), party(decision["person"], "post")
    if decision["department"] is not None:
        yield printing.words("Department"), party(decision["department"], "unit")
    if decision["near_border"]:
        names = ", ".join(n["code"] for n in decision["neighbours"]) or printing.words("the outer border")
        yield printing.words("Near border"), f"{decision['border_distance_m']:.1f} m: {names}"


def party(someone, detail):
    """Return one line for a person or a department; a dash for nobody."""
    if someone is None:
        return "—"
    return "  ".join(str(someone[key]) for key in ("name", detail, "phone") if someone.get(key))


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False))
@click.argument("target", type=click.Path(dir_okay=False, writable=True))
@click.option("--lon", help="Column of the longitude (csv, parquet).")
@click.option("--lat", help="Column of the latitude (csv, parquet).")
@click.option("--category", help="Column of the category's code.")
@click.option("--at", help="One instant for all rows; default now.")
@click.option("--at-column", help="Column of each row's instant.")
@click.option("--crs", help="What the positions are in; default what the file declares, else wgs84.")
@click.option("--draft", type=printing.NUMBER, help="Route by a draft instead of the published version.")
@click.option("--anew", is_flag=True, help="Begin anew instead of going on with a run that was interrupted.")
@click.option("--scheduler", metavar="ADDRESS", help="Let the Dask cluster of this scheduler do it: tcp://host:port.")
@click.pass_context
def route(context, source, target, lon, lat, category, at, at_column, crs, draft, anew, scheduler):
    """Route every row of SOURCE into TARGET (csv, parquet, geojson, gpkg).

    Rows that cannot be routed go to a second file beside TARGET, with the reason.
    After an interruption the same command goes on where it stopped.
    """
    from gridmgr.services import routing
    from gridmgr.services.bulk import files

    settings, run = context.obj, workers(scheduler)
    said = printing.instant(at, routing.city(settings.engine).timezone)
    now = printing.now()
    known = routing.knowledge(settings.engine, at=said or now, draft=draft)
    gc.freeze()  # The city stays to the end: nothing in it is garbage.
    options = {"at": said or now, "is_now": said is None, "is_draft": draft is not None, "crs": crs, "anew": anew}
    columns = files.Columns(lon=lon, lat=lat, category=category, at=at_column)
    with stopping(context, target), printing.progress("Routing") as moved:
        outcome = files.route_file(
            settings.engine,
            known,
            source,
            target,
            columns=columns,
            run=run,
            language=printing.language(),
            progress=moved,
            step=printing.say,
            **options,
        )
    report(outcome, target, known)


def workers(scheduler):
    """Return who answers the parts of a file: the threads of this process, or a cluster."""
    if scheduler is None:
        from gridmgr.services.bulk import threads

        return threads.run
    from gridmgr.services.bulk import cluster

    return cluster.runner(scheduler)


@contextlib.contextmanager
def stopping(context, target):
    """Say what becomes of a run that is interrupted, and exit as shells expect."""
    from gridmgr.services.bulk import folders

    try:
        with printing.interruptible():
            yield
    except KeyboardInterrupt:
        folder = folders.folder_of(pathlib.Path(target))
        printing.say("Stopped; {file} is not written.", file=target)
        if folder.exists():
            printing.say("What is done is kept in {folder}: the same command goes on from there.", folder=folder)
        context.exit(130)


def report(outcome, target, known):
    """Print how many rows went where, and how fast."""
    if known.is_unpublished:
        printing.say("Nothing is published yet: routed by {label}.", label=known.ground.boundaries.label)
    printing.say(
        "{rows} rows into {file}: {routed} routed, {outside} outside the city, {seconds:.1f} s, {rate:,.0f} rows/s.",
        rows=outcome.rows,
        file=target,
        routed=outcome.routed,
        outside=outcome.outside,
        seconds=outcome.seconds,
        rate=outcome.rate,
    )
    if outcome.earlier:
        printing.say("{count} of them were routed before the interruption.", count=outcome.earlier)
    if outcome.refused:
        printing.say(
            "{count} rows could not be read; they are in {file} with the reasons.",
            count=outcome.refused,
            file=outcome.side_file,
        )
