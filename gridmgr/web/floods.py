"""Floods of reports without an account: limits by address, and a form that a person takes a while to fill in.

Each address may send some reports within some minutes; all of an IPv6 network count as one. Our own page
takes a ticket when it is opened, signed for that address, and shows it with the report: who shows one that
is a few seconds old may send more, since many people may be behind one address. No outside service is asked.
"""

import ipaddress

import flask
from itsdangerous import BadData, URLSafeTimedSerializer

from gridmgr.errors import Invalid, TooManyRequests
from gridmgr.services import accounts
from gridmgr.web import asker

WITH_TICKET, WITHOUT_TICKET, WITHIN_MINUTES = 60, 20, 10
YOUNGEST_S, OLDEST_S = 3, 12 * 3600
NETWORK_BITS = 64
SALT = "report form"


def address():
    """Return who is counted as one: an IPv4 address, or the network of an IPv6 one."""
    text = flask.request.remote_addr or ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    return text if found.version == 4 else str(ipaddress.ip_network((found, NETWORK_BITS), strict=False))


def ticket():
    """Return a new ticket for the address that asks."""
    return serializer().dumps([address(), asker.now().timestamp()])


def serializer():
    """Return what signs tickets."""
    return URLSafeTimedSerializer(flask.current_app.config["SECRET_KEY"], salt=SALT)


def holds(shown):
    """Return whether a ticket is ours, of this address, and neither too young for a person nor too old."""
    try:
        own, begun = serializer().loads(shown)
    except (BadData, ValueError, TypeError):
        return False
    age = asker.now().timestamp() - begun
    if own == address() and 0 <= age < YOUNGEST_S:
        raise Invalid("That was quicker than a person can be: send it again in {seconds} seconds.", seconds=YOUNGEST_S)
    return own == address() and YOUNGEST_S <= age <= OLDEST_S


def limit_reports(shown):
    """Raise TooManyRequests where one address sends more reports without an account than people can."""
    if asker.is_trusted_with("post_report"):
        return
    most = WITH_TICKET if shown and holds(shown) else WITHOUT_TICKET
    if not accounts.allow(asker.engine(), "report", address(), at=asker.now(), most=most, minutes=WITHIN_MINUTES):
        raise TooManyRequests(
            "More than {count} reports within {minutes} minutes came from this address: wait a little, or sign in.",
            count=most,
            minutes=WITHIN_MINUTES,
        )
