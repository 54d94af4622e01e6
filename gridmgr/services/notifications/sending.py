"""One notice, one try: the channel is found, the words are put in, and what goes wrong is said without secrets."""

import http.client
import re

from gridmgr.domain.notices import MAIL
from gridmgr.i18n import N_
from gridmgr.services.notifications import lines, mailing, posting
from gridmgr.services.notifications.lines import Undelivered

LIMIT_S = 10.0
"""A delivery that takes longer is cut off."""
LONGEST_REASON, SHORTEST_SECRET = 200, 8
"""Letters of what a receiver says that are kept; what is shorter stands in ordinary words too."""
BROKE = N_("{host} could not be reached: {reason}")
MISTAKE = N_("The program could not send it ({reason}).")
NO_CHANNEL = N_("There is no channel {channel} in the settings: add [channels.{channel}].")
NO_MAIL = N_("There is no mail server in the settings: add [mail].")


def send(notice, config, at, limit_s=LIMIT_S):
    """Deliver a notice; it has arrived when this returns.

    Parameters
    ----------
    notice : row of a Notice
    config : Config
        The mail server and the channels.
    at : datetime
        What the signatures are dated.

    Raises
    ------
    Undelivered
        It may work later. Its message names no address of a robot, no password and no secret.
    Refused
        It will never work.
    """
    with lines.Line(limit_s) as line:
        try:
            hand_over(notice, config, at, line)
        except Undelivered as error:
            raise hidden(error, config) from None
        except (OSError, http.client.HTTPException) as error:
            raise hidden(broken(notice, config, line, error), config) from None
        except Exception as error:  # One notice that trips the program up must not hold up the others.
            raise hidden(Undelivered(MISTAKE, reason=f"{type(error).__name__}: {error}"), config) from None


def hand_over(notice, config, at, line):
    """Hand a notice to its channel."""
    if notice.channel == MAIL:
        if config.mail is None:
            raise Undelivered(NO_MAIL)
        mailing.send(notice, config.mail, line)
        return
    channel = config.channels.get(notice.channel)
    if channel is None:
        raise Undelivered(NO_CHANNEL, channel=notice.channel)
    (posting.webhook if channel.kind == "webhook" else posting.robot)(notice, channel, at, line)


def broken(notice, config, line, error):
    """Return the error of a connection that did not come about, broke, or was cut."""
    host = config.mail.host if notice.channel == MAIL else posting.host_of(config.channels[notice.channel])
    if line.is_cut or isinstance(error, TimeoutError):
        return Undelivered(lines.TOO_LONG, host=host, seconds=f"{line.limit_s:g}")
    return Undelivered(BROKE, host=host, reason=str(error) or type(error).__name__)


def hidden(error, config):
    """Return the error with every secret of the settings taken out of what it says."""
    secrets = {config.mail.password} if config.mail else set()
    for channel in config.channels.values():
        secrets |= {channel.secret, channel.url, *re.split(r"[/?&=]", channel.url.partition("://")[2])[1:]}
    for name, value in error.fields.items():
        for secret in sorted((s for s in secrets if len(s) >= SHORTEST_SECRET), key=len, reverse=True):
            value = str(value).replace(secret, "…")
        error.fields[name] = str(value)[:LONGEST_REASON]  # Cut last: half a secret would not be found.
    return error
