"""Notices by HTTP: signed webhooks, and the robots of group chats."""

import http.client
import json
import urllib.parse

from gridmgr.domain.notices import signatures
from gridmgr.i18n import N_
from gridmgr.services.notifications import lines, wording
from gridmgr.services.notifications.lines import Busy, Refused, Undelivered

MOST_REPLY = 64 * 1024
FOR_GOOD = (400, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451)
"""Answers that will be the same next time."""
LATER = (429, 503)
WAIT_S, LONGEST_WAIT_S = 60.0, 3600.0
ANSWERED = N_("{host} answered {status}.")
SAID = N_("{host} did not take it: {said}")


def webhook(notice, channel, at, line):
    """Send a notice as JSON with the headers of Standard Webhooks; the receiver knows a repetition by ``webhook-id``."""
    title, text = wording.told(notice, channel.language)
    body = as_bytes(
        {
            "type": notice.kind,
            "timestamp": notice.created_at.isoformat(timespec="milliseconds"),
            "data": notice.payload,
            "title": title,
            "text": text,
        }
    )
    timestamp = int(at.timestamp())
    headers = {
        "webhook-id": notice.key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures.of_webhook(channel.secret, notice.key, timestamp, body),
    }
    post(channel.url, body, headers, line)


def robot(notice, channel, at, line):
    """Send a notice to the robot of a group chat, signed where there is a secret."""
    title, text = wording.told(notice, channel.language)
    body, url = wording.robot_body(channel.kind, title, text), channel.url
    if channel.kind == "dingtalk" and channel.secret:
        url = signatures.of_dingtalk(url, channel.secret, int(at.timestamp() * 1000))
    if channel.kind == "feishu" and channel.secret:
        timestamp = int(at.timestamp())
        body |= {"timestamp": str(timestamp), "sign": signatures.of_feishu(channel.secret, timestamp)}
    reply = post(url, as_bytes(body), {}, line)
    if line.is_cut:
        raise TimeoutError
    check_reply(channel, reply)


def host_of(channel):
    """Return the host of a channel, all of its address that may be shown."""
    return urllib.parse.urlsplit(channel.url).hostname


def as_bytes(value):
    """Return JSON as UTF-8."""
    return json.dumps(value, ensure_ascii=False).encode()


def check_reply(channel, reply):
    """Raise unless the robot says in its reply that it took the message: the status alone does not tell."""
    host = host_of(channel)
    try:
        told = json.loads(reply)
        answer = told[wording.templates()["robots"][channel.kind]["answer"]]
    except (ValueError, LookupError, TypeError) as error:
        raise Undelivered(SAID, host=host, said=reply.decode("utf-8", "replace")) from error
    if answer in wording.templates()["robots"][channel.kind]["busy"]:
        raise busy(SAID, WAIT_S, host=host, said=answer)
    if answer != 0:
        said = told.get("errmsg") or told.get("msg") or ""
        raise Undelivered(SAID, host=host, said=f"{answer} {said}")


def post(url, body, headers, line):
    """Post ``body`` and return the reply of an answer 2xx, as much of it as came; no redirection is followed.

    Raises
    ------
    Undelivered, Refused, Busy
    OSError, http.client.HTTPException
    """
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port)
    plain = line.open(connection.host, connection.port)
    connection.sock = lines.secured(plain, parts.hostname) if parts.scheme == "https" else plain
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8", **headers})
        with connection.getresponse() as response:
            if line.is_cut:  # http.client takes half a head for a whole one.
                raise TimeoutError
            check_status(parts.hostname, response)
            return response.read(MOST_REPLY)
    finally:
        connection.sock.close() if connection.sock else None


def check_status(host, response):
    """Raise unless the status is one of success."""
    if response.status in LATER:
        raise busy(ANSWERED, seconds_of(response.getheader("Retry-After")), host=host, status=response.status)
    if response.status in FOR_GOOD:
        raise Refused(ANSWERED, host=host, status=response.status)
    if not 200 <= response.status < 300:
        raise Undelivered(ANSWERED, host=host, status=response.status)


def busy(text, after_s, **fields):
    """Return the error of a receiver that takes no more for ``after_s`` seconds."""
    error = Busy(text, **fields)
    error.after_s = after_s
    return error


def seconds_of(text):
    """Return the seconds that a header ``Retry-After`` asks for, within reason; a minute where it gives a date or nothing."""
    return min(float(text), LONGEST_WAIT_S) if text and text.isascii() and text.isdigit() else WAIT_S
