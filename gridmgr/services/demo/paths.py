"""Paths of cases: how each came to the state that it is in, from its filing on."""

import datetime as dt

import numpy as np

from gridmgr.domain.casework.steps import CASE
from gridmgr.services.demo.stories import WORDS, Story

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
STATES = (
    ("filed", 0.2),
    ("dispatched", 0.2),
    ("handling", 0.3),
    ("handled", 0.09),
    ("checking", 0.06),
    ("pending_close", 0.03),
    ("returned", 0.05),
    ("rework", 0.03),
    ("suspended", 0.02),
    ("disputed", 0.02),
)
OTHERS = ("UME", "SAN", "MUN", "SUB")
"""Departments that a case is sent to by mistake, or that are named in a return."""


def begun(chosen, register):
    """Return the Story of a case that is filed."""
    story = Story(register.cast, CASE, 0, chosen.report.source)
    said = {"category": chosen.report.category_code, "condition": chosen.condition, "limit": chosen.limit}
    department = register.departments[chosen.report.category_code]
    return story.take(
        "open", "shift_leader", chosen.filed_at, **said, department=department, report=chosen.report.number
    )


def other_than(department, rng):
    """Return another department."""
    others = [code for code in OTHERS if code != department]
    return others[int(rng.integers(len(others)))]


def bounce(story, chosen, rng):
    """Let a case be sent to another department first, which returns it."""
    owner, wrong = story.standing.department, other_than(story.standing.department, rng)
    wait = chosen.clock_from - chosen.filed_at
    kind = "not_my_area" if rng.random() < 0.3 else "not_my_duty"
    story.take("dispatch", "dispatcher", chosen.filed_at + wait * 0.1, department=wrong)
    return story.take("return", "department", chosen.filed_at + wait * 0.7, WORDS[kind], kind=kind, next_owner=owner)


def open_story(chosen, now, rng, register):
    """Return (Chosen, Story) of a case that is still open."""
    names, weights = zip(*STATES, strict=True)
    state = str(rng.choice(names, p=np.array(weights) / sum(weights)))
    story, owner = begun(chosen, register), register.departments[chosen.report.category_code]
    if state == "filed" and not chosen.is_bounced:
        return chosen, story
    if state == "filed":
        return chosen, refiled(story, chosen, owner)
    if chosen.is_bounced:
        bounce(story, chosen, rng)
    story.take("dispatch", "dispatcher", chosen.clock_from, department=owner)
    clock_at = Times(chosen.clock_from, now)
    if (
        state not in ("dispatched", "returned", "disputed")
        and now - chosen.clock_from > 30 * MINUTE
        and rng.random() < 0.12
    ):
        urge(story, clock_at, rng)
    if state == "handling" and rng.random() < 0.12 and clock_at(0.3) <= story.due_at:
        story.take("ask_extension", "department", clock_at(0.05), WORDS["ask_extension"])
    PATHS.get(state, stay)(story, clock_at, other_than(owner, rng))
    return chosen, story


def refiled(story, chosen, owner):
    """Let a case be sent back and filed anew when its clock begins."""
    wait = chosen.clock_from - chosen.filed_at
    story.take("send_back", "dispatcher", chosen.filed_at + wait * 0.5, WORDS["send_back"])
    said = {"category": chosen.report.category_code, "condition": chosen.condition, "limit": chosen.limit}
    return story.take("refile", "shift_leader", chosen.clock_from, **said, department=owner)


class Times:
    """Instants between a dispatch and now, by the share of the time in between."""

    def __init__(self, begins, ends):
        self.begins, self.length = begins, ends - begins

    def __call__(self, share):
        return self.begins + self.length * share


def urge(story, at, rng):
    """Let a case be urged; two in three were replied to."""
    story.take("urge", "supervisor", at(0.02), WORDS["urge"])
    if rng.random() < 0.66:
        story.take("reply", "department", at(0.04), WORDS["reply"])


def stay(story, at, other):
    """Leave a case with its department."""


def assign(story, at, other):
    """Let a department assign its handler."""
    return story.take("assign", "department", at(0.1), handler=story.cast.login("handler"))


def submit(story, at, other):
    """Let a handler hand the work in."""
    assign(story, at, other)
    if story.standing.urged_at:
        story.take("reply", "department", at(0.3), WORDS["reply"])
    return story.take("handle", "handler", at(0.6), before=[], after=[])


def give_back(story, at, other):
    """Let the department return the case and name another."""
    return story.take("return", "department", at(0.6), WORDS["not_my_duty"], kind="not_my_duty", next_owner=other)


def quarrel(story, at, other):
    """Let the dispatcher put a case that was returned on the dispute desk."""
    return give_back(story, at, other).take("dispute", "dispatcher", at(0.8), WORDS["dispute"])


def hang(story, at, other):
    """Suspend a case for a moment that has just begun."""
    until = (at(1) + 2 * HOUR).isoformat()
    return assign(story, at, other).take("suspend", "supervisor", at(0.95), WORDS["suspend"], until=until)


PATHS = {
    "handling": assign,
    "handled": submit,
    "checking": lambda *told: submit(*told).take("ask_check", "dispatcher", told[1](0.7)),
    "pending_close": lambda *told: submit(*told).take("check", "collector", told[1](0.8), passed=True),
    "rework": lambda *told: submit(*told).take("check", "collector", told[1](0.62), WORDS["rework"], passed=False),
    "returned": give_back,
    "disputed": quarrel,
    "suspended": hang,
}
"""State → how a dispatched case comes to it."""


def closed_story(chosen, share, rng, register):
    """Return (Chosen, Story) of a case that was closed, nine in ten handled before it was due."""
    story, owner = begun(chosen, register), register.departments[chosen.report.category_code]
    story.take("dispatch", "dispatcher", chosen.clock_from, department=owner)
    length = chosen.due_at - chosen.clock_from
    story.take("assign", "department", chosen.clock_from + length * 0.1, handler=story.cast.login("handler"))
    done = chosen.clock_from + length * share
    if rng.random() < 0.06:
        story.take("handle", "handler", chosen.clock_from + length * 0.12, before=[], after=[])
        story.take("check", "collector", chosen.clock_from + length * 0.14, WORDS["rework"], passed=False)
    story.take("handle", "handler", done, before=[], after=[])
    checked = done + int(rng.integers(10, 180)) * MINUTE
    story.take("check", "collector", checked, passed=True)
    return chosen, story.take("close", "shift_leader", checked + int(rng.integers(2, 40)) * MINUTE)
