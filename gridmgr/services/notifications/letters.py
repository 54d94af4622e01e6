"""Dead letters: notices that were given up, why, and how they are tried once more."""

from gridmgr.domain import notices
from gridmgr.errors import NotFound
from gridmgr.i18n import translate
from gridmgr.services import trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import outbox


class NoSuchLetter(NotFound):
    """There is no dead letter of that number."""

    slug = "no-such-letter"


def dead(engine, *, limit=100):
    """Return the rows of the newest dead letters; :func:`why` says why each was given up."""
    with reading(engine) as session:
        return outbox.dead_letters(session, limit)


def why(letter, language):
    """Return in ``language`` why the last try of a notice was in vain."""
    return translate(letter.reason.get("text", ""), language, **letter.reason.get("fields", {}))


def receiver(letter):
    """Return to whom a notice goes, as :func:`gridmgr.services.notifications.put` takes it."""
    return f"{notices.MAIL}:{letter.address}" if letter.channel == notices.MAIL else f"channel:{letter.channel}"


def again(engine, ids, *, by, at):
    """Let dead letters be tried anew, with their keys and for another three days; all where ``ids`` is None.

    Returns
    -------
    list of int
        Which they are.

    Raises
    ------
    NoSuchLetter
        One of them is not dead; nothing is changed.
    """
    with writing(engine) as session:
        found = outbox.revive(session, ids, at=at, give_up_at=at + notices.PATIENCE)
        missing = sorted(set(ids or ()) - set(found))
        if missing:
            raise NoSuchLetter(
                "There is no dead letter {number}: gridmgr work dead lists them.", number=", ".join(map(str, missing))
            )
        for number in found:
            trail.record(session, by, "retry_notice", f"notice:{number}", at=at)
    return found
