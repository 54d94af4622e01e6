"""Things of the domain as JSON: in the reader's language, in the city's time, without what is not his to see."""

import functools

from gridmgr.domain import times
from gridmgr.domain.access import RIGHTS
from gridmgr.domain.layers import levels as levels_of
from gridmgr.domain.routing.trace import say
from gridmgr.services.catalogue import catalogue
from gridmgr.web import asker

PRIVATE = frozenset({"phone"})
PLAIN = frozenset({str, int, float, bool, type(None)})
INSTANTS = frozenset({"at", "received_at"})
DAY_MINUTES = 24 * 60


def decision(found):
    """Return a Decision as its answer."""
    return answer(found.to_dict())


def answer(values):
    """Return a decision's plain values in the reader's language and the city's time, phones only for staff."""
    return for_reader(in_words(values))


def in_words(values):
    """Return a decision's plain values in the reader's language and the city's time."""
    language = asker.language()
    trace = [{**entry, "text": say(entry["text"], entry["fields"], language)} for entry in values["trace"]]
    times = {name: in_city(values[name]) for name in INSTANTS if values.get(name)}
    return {**values, **times, "trace": trace}


def sentence(entry):
    """Return one entry of a trace in the reader's language."""
    return say(entry["text"], entry["fields"], asker.language())


def in_city(text):
    """Return an instant that was written out, in the city's time."""
    return asker.show(asker.instant(text))


def for_reader(value):
    """Return ``value`` without phone numbers where the reader may not see them."""
    names = hidden()
    return without(value, names) if names else value


def hidden():
    """Return the names of fields that are not the reader's to see."""
    return frozenset() if asker.may("see_phones") else PRIVATE


def without(value, names):
    """Return ``value`` with no field of ``names`` at any depth."""
    if isinstance(value, dict):
        return {
            name: part if type(part) in PLAIN else without(part, names)
            for name, part in value.items()
            if name not in names
        }
    return [without(part, names) for part in value] if isinstance(value, (list, tuple)) else value


def report(made):
    """Return a stored Report with its decision."""
    values = {
        "id": made.id,
        "number": made.number,
        "source": made.source,
        "received_at": asker.show(made.received_at),
        "observed_at": asker.show(made.observed_at),
        "lon": made.lon,
        "lat": made.lat,
        "category": made.category_code,
        "grid": made.grid_code,
        "outside": made.grid_code is None,
        "photos": photos(made.photos),
    }
    return {"report": values, "decision": in_order(in_words(made.decision), hidden())}


def new_photo(made):
    """Return a photo that was just taken in, to who sent it."""
    return {
        "token": made.token,
        "width": made.width,
        "height": made.height,
        "bytes": made.size,
        "taken_at": asker.show(made.taken_at),
        "position": None if made.lon is None else [made.lon, made.lat],
    }


def photos(tokens):
    """Return where photos are to be seen, whole and small."""
    return [{"token": one, "url": f"/photos/{one}", "thumb": f"/photos/{one}?size=thumb"} for one in tokens]


def in_order(value, leaving):
    """Return plain values in one order of names, which not every database keeps, without those of ``leaving``."""
    if isinstance(value, dict):
        parts = [(name, value[name]) for name in ordered(tuple(value)) if name not in leaving]
        return {name: part if type(part) in PLAIN else in_order(part, leaving) for name, part in parts}
    return [in_order(part, leaving) for part in value] if isinstance(value, (list, tuple)) else value


@functools.lru_cache(maxsize=1000)
def ordered(names):
    """Return names in their order: levels top down, others by name."""
    return tuple(sorted(names, key=place_of_name))


def place_of_name(name):
    """Return what a name is ordered by: the levels after all others."""
    levels = levels_of(catalogue())
    return (levels.index(name) if name in levels else -1, name)


def owners(spot, street, grids):
    """Return who answers for a spot, the names of the areas it lies in, and who owns each thing of the street there."""
    here = {level: grids[code] for level, code in spot.levels.items()}
    return {
        "decision": decision(spot),
        "place": {level: name_of(one) for level, one in here.items()},
        "street": [for_reader(owner(*one)) for one in street],
    }


def owner(code, icon, found):
    """Return who owns one thing of a street; nobody outside the city."""
    department, category = found.department or {}, found.category or {}
    return {
        "category": code,
        "icon": icon,
        "name": named(category),
        "department": {"code": department.get("code"), "name": named(department)} if department else None,
        "unit": department.get("unit"),
        "person": department.get("person"),
        "phone": department.get("phone"),
        "rule": department.get("rule"),
        "fallback": found.fallback,
    }


def shift(found):
    """Return one Shift of a day: from and to in minutes of the city's clock, who answers, and by which rule."""
    return {
        "starts_minute": minute_of_day(found.starts),
        "ends_minute": minute_of_day(found.ends) or DAY_MINUTES,
        "name": found.person.name if found.person else None,
        "rule": found.rule,
    }


def minute_of_day(at):
    """Return how many minutes the city's clock shows at an instant, 0 at midnight."""
    local = at.astimezone(times.zone(asker.city().timezone))
    return local.hour * 60 + local.minute


def named(values):
    """Return the name in the reader's language."""
    english = values.get("name_en")
    return english if asker.language() == "en" and english else values.get("name")


def name_of(found):
    """Return the name of a grid or a category in the reader's language."""
    return named({"name": found.name, "name_en": found.name_en})


def names_of(found):
    """Return the names of a grid or a category, and as ``title`` the one in the reader's language."""
    return {"name": found.name, "name_en": found.name_en, "title": name_of(found)}


def me(csrf_token):
    """Return who asks and what he may do."""
    mine, shown = asker.account(), asker.token()
    return {
        "account": account(mine) if mine else None,
        "token": token(shown) if shown else None,
        "rights": sorted(right for right in RIGHTS if asker.may(right)),
        "language": asker.language(),
        "csrf_token": csrf_token,
    }


def account(one):
    """Return an Account without its password."""
    names = ("login", "name", "role", "area_code", "department_code", "language")
    closed = {"is_closed": one.disabled_at is not None, "closed_at": asker.show(one.disabled_at)}
    return {name: getattr(one, name) for name in names} | closed


def token(one):
    """Return a Token without its secret."""
    instants = ("created_at", "expires_at", "last_used_at")
    told = {"id": one.id, "name": one.name, "rights": one.rights}
    return told | {name: asker.show(getattr(one, name)) for name in instants}
