"""Photos of the demo city: a drawn scene for each report that somebody works on, kept as any other photo."""

from gridmgr.services.demo import scenes
from gridmgr.services.photos import keeping
from gridmgr.services.transactions import writing
from gridmgr.store import cases as case_rows
from gridmgr.store import photos as photo_rows
from gridmgr.store.cases import intake

MOST, TURNS = 600, 2
KINDS = {"01": "manhole", "02": "pothole", "03": "tree", "04": "tree", "06": "rubbish", "09": "stall"}
"""Major class of the category → the scene of it; railings are of 02017."""
OWN = {"02017": "railing", "02018": "railing", "06008": "stall"}


def photograph(engine, data, *, by, at):
    """Give the reports that wait and those of open cases their photos; return how many have one.

    Parameters
    ----------
    data : pathlib.Path
        The data folder that the city is served with.
    """
    tokens = {
        (kind, turn): keeping.take(engine, data, scenes.jpeg(kind, False, turn), by=by, at=at).token
        for kind in scenes.KINDS
        for turn in range(TURNS)
    }
    with writing(engine) as session:
        waiting = intake.page(session, "", None, None, MOST)
        told = [*(report for _, report in case_rows.open_places(session, at)), *waiting]
        shown = [one for one in told if scene_of(one)]
        for place, one in enumerate(shown):
            one.photos = [tokens[scene_of(one), place % TURNS]]
        photo_rows.use(session, list(tokens.values()), at)
        return len(shown)


def scene_of(report):
    """Return the scene of what a report tells of, None where there is none."""
    code = report.category_code or ""
    return OWN.get(code) or KINDS.get(code[:2])
