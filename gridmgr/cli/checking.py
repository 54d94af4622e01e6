"""The audit: is land, are people, are departments whole?"""

import json

import click

from gridmgr.cli import printing


@click.command()
@click.option("--draft", type=printing.NUMBER, help="Audit a draft instead of the published version.")
@click.option("--version", type=printing.NUMBER, help="Audit this version.")
@click.option("--at", help="As things stand at that instant (the city's time); default now.")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
@click.option("--most", default=40, show_default=True, help="Print at most so many findings.")
@click.pass_context
def audit(context, draft, version, at, as_json, most):
    """Check land, people and departments; exit code 1 on findings."""
    from gridmgr.services import auditing, routing

    engine = context.obj.engine
    instant = printing.instant(at, routing.city(engine).timezone) or printing.now()
    found = auditing.audit(engine, draft=draft, version=version, at=instant)
    if as_json:
        click.echo(json.dumps(found.to_dict(printing.language()), ensure_ascii=False, indent=2))
    else:
        show(found, most)
    context.exit(1 if found.findings else 0)


def show(found, most):
    """Print the frame note, the three wholes and the findings, worst first."""
    language = printing.language()
    click.echo(found.headline(language))
    for whole in found.wholes(language):
        click.echo(f"  {'✓' if whole['ok'] else '✗'} {whole['title']}: {whole['text']}")
    rows = [finding_row(f, language) for f in found.findings[:most]]
    if rows:
        printing.table(
            None, [printing.words(c) for c in ("Kind", "Grids", ">m²", "Place", "What and what to do")], rows
        )
    if len(found.findings) > most:
        printing.say("… and {count} more; --most shows more, --json all.", count=len(found.findings) - most)


def finding_row(finding, language):
    """Return one finding as a line of the table."""
    place = f"{finding.place[0]:.6f}, {finding.place[1]:.6f}" if finding.place else ""
    codes = ", ".join(finding.codes[:3]) + (" …" if len(finding.codes) > 3 else "")
    return finding.kind, codes, f"{finding.area_m2:,.1f}" if finding.area_m2 else "", place, finding.say(language)
