"""One notice over each channel to a real receiver on this machine, and what is said where it fails."""

import base64
import dataclasses
import datetime as dt
import email
import email.policy
import functools
import hashlib
import hmac
import json
import re
import ssl
import subprocess
import time
import urllib.parse

import pytest
import receivers
from small_cities import NOON

from gridmgr import channels, config
from gridmgr.domain.notices import Notice
from gridmgr.resources import directory
from gridmgr.services.notifications import sending, wording
from gridmgr.services.notifications.lines import Busy, Refused, Undelivered

SECRET = "whsec_" + base64.b64encode(b"twenty-four secret bytes").decode()
PAYLOAD = {"number": "1303022026050400001", "category": "暴露垃圾", "place": "燕山大街", "due": "2026-05-04 18:00"}


def notice(channel="hook", address="", kind="case_dispatched", language="zh", **payload):
    return Notice("k" * 32, kind, channel, address, language, PAYLOAD | payload, NOON, NOON, NOON)


def settings(kind="webhook", port=0, secret="", path="/robot/send?access_token=verysecrettoken", **mail):
    """Return settings with one channel ``hook`` on a port of this machine, and a mail server."""
    hook = channels.Channel("hook", kind, f"http://127.0.0.1:{port}{path}", secret)
    server = channels.Mail("127.0.0.1", "grid@city.example", security="none", **mail) if mail else None
    return config.Config("gpkg:///x", None, mail=server, channels={"hook": hook})


def failing(error, *arguments, **options):
    """Return what is said when sending fails with ``error``."""
    with pytest.raises(error) as told:
        sending.send(*arguments, **options)
    assert type(told.value) is error
    return told.value.say("en")


# --- webhooks ------------------------------------------------------------------------


@functools.cache
def receivers_verify():
    """Return the function ``verify`` that docs/operating.md gives to receivers."""
    page = (directory("layers").parent / "docs" / "operating.md").read_text(encoding="utf-8")
    [code] = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "def verify" in block]
    names = {}
    exec(code, names)
    return names["verify"]


def verified(request, secret, now=NOON):
    """Return the JSON of a webhook as a receiver takes it who follows docs/operating.md."""
    _, headers, body = request
    assert receivers_verify()(secret, headers, body, now=now.timestamp())
    return json.loads(body)


def test_a_webhook_is_signed_so_that_its_receiver_can_verify_it():
    with receivers.web() as heard:
        sending.send(notice(), settings(port=heard.port, secret=SECRET), NOON)

    [request] = heard.requests
    told = verified(request, SECRET)
    assert (told["type"], told["data"]) == ("case_dispatched", PAYLOAD)
    assert told["title"] == "新案件 1303022026050400001"
    assert (request[1]["webhook-id"], request[1]["webhook-timestamp"]) == ("k" * 32, str(int(NOON.timestamp())))
    for changed, secret, now in (
        ((*request[:2], request[2] + b" "), SECRET, NOON),
        (request, "whsec_" + base64.b64encode(b"another secret").decode(), NOON),
        (request, SECRET, NOON + dt.timedelta(minutes=6)),
    ):
        with pytest.raises(AssertionError):
            verified(changed, secret, now)


@pytest.mark.parametrize(
    ("status", "error"), [(410, Refused), (400, Refused), (404, Undelivered), (500, Undelivered), (302, Undelivered)]
)
def test_what_a_status_means(status, error):
    with receivers.web(lambda request: (status, {"Location": "/elsewhere"}, b"")) as heard:
        said = failing(error, notice(), settings(port=heard.port, secret=SECRET), NOON)

    assert said == f"127.0.0.1 answered {status}."
    assert len(heard.requests) == 1


def test_a_busy_receiver_says_how_long_to_leave_it_alone():
    with (
        receivers.web(lambda request: (429, {"Retry-After": "7"}, b"")) as heard,
        pytest.raises(Busy) as told,
    ):
        sending.send(notice(), settings(port=heard.port, secret=SECRET), NOON)

    assert told.value.after_s == 7


def drip(handler):
    """Answer a byte every 50 ms, for ever as far as a test is concerned."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nServer: ")
    for _ in range(600):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def silence(handler):
    """Answer nothing for a while."""
    time.sleep(30)


@pytest.mark.parametrize("slowly", [drip, silence])
def test_a_receiver_that_takes_too_long_is_cut_off(slowly):
    with receivers.web(lambda request: slowly) as heard:
        said = failing(Undelivered, notice(), settings(port=heard.port, secret=SECRET), NOON, limit_s=0.4)

    assert said == "127.0.0.1 took longer than 0.4 s."


def drip_after_success(handler):
    """Say that all went well, and let the rest be waited for."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(600):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def test_a_slow_reply_is_cut_off_too_and_counts_only_where_the_status_says_all():
    with receivers.web(lambda request: drip_after_success) as heard:
        sending.send(notice(), settings(port=heard.port, secret=SECRET), NOON, limit_s=3)
        said = failing(Undelivered, notice(), settings("wecom", heard.port), NOON, limit_s=0.4)

    assert said == "127.0.0.1 took longer than 0.4 s."


def test_a_receiver_that_is_not_there_is_said_to_be_so():
    with receivers.web() as heard:
        pass

    said = failing(Undelivered, notice(), settings(port=heard.port, secret=SECRET), NOON)

    assert said.startswith("127.0.0.1 could not be reached: ")
    assert "refused" in said


def test_a_channel_that_the_settings_do_not_name_is_said_to_be_missing():
    said = failing(Undelivered, notice("elsewhere"), settings(), NOON)

    assert said == "There is no channel elsewhere in the settings: add [channels.elsewhere]."
    assert "add [mail]" in failing(Undelivered, notice("mail", "li@example.org"), settings(), NOON)


# --- robots --------------------------------------------------------------------------


def answering(**reply):
    return lambda request: (200, {}, json.dumps(reply).encode())


def test_a_wecom_robot_gets_plain_text_that_names_nobody():
    with receivers.web(answering(errcode=0, errmsg="ok")) as heard:
        sending.send(notice(place="<@all> [点](http://evil)"), settings("wecom", heard.port), NOON)

    assert heard.bodies() == [
        {
            "msgtype": "text",
            "text": {
                "content": "新案件 1303022026050400001\n类别：暴露垃圾\n地点：＜@all＞ [点](http://evil)\n责任单位：—\n"
                "责任人：—\n处置时限：2026-05-04 18:00"
            },
        }
    ]
    assert heard.requests[0][0] == "/robot/send?access_token=verysecrettoken"


def test_a_dingtalk_robot_is_asked_under_a_signed_address():
    with receivers.web(answering(errcode=0)) as heard:
        sending.send(notice(), settings("dingtalk", heard.port, "SEC" + "s" * 20), NOON)

    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(heard.requests[0][0]).query)
    millis = str(int(NOON.timestamp() * 1000))
    expected = hmac.new(b"SEC" + b"s" * 20, f"{millis}\nSEC{'s' * 20}".encode(), hashlib.sha256).digest()
    assert asked["timestamp"] == [millis]
    assert asked["sign"] == [base64.b64encode(expected).decode()]
    assert heard.bodies()[0]["msgtype"] == "text"


def test_a_feishu_robot_gets_its_signature_in_the_body():
    with receivers.web(answering(code=0, msg="success")) as heard:
        sending.send(notice(), settings("feishu", heard.port, "topsecret"), NOON)

    [body] = heard.bodies()
    expected = hmac.new(f"{body['timestamp']}\ntopsecret".encode(), b"", hashlib.sha256).digest()
    assert body["sign"] == base64.b64encode(expected).decode()
    assert body["timestamp"] == str(int(NOON.timestamp()))
    assert body["content"]["text"].startswith("新案件")


@pytest.mark.parametrize(("kind", "reply"), [("wecom", {"errcode": 45009}), ("feishu", {"code": 11232, "msg": "slow"})])
def test_a_robot_that_has_had_enough_is_left_alone_for_a_minute(kind, reply):
    with receivers.web(answering(**reply)) as heard, pytest.raises(Busy) as told:
        sending.send(notice(), settings(kind, heard.port), NOON)

    assert told.value.after_s == 60


def test_a_robot_that_answers_success_and_means_failure_has_failed_and_gives_no_secret_away():
    token = "verysecrettoken"
    with receivers.web(answering(errcode=93000, errmsg=f"invalid webhook {token}")) as heard:
        said = failing(Undelivered, notice(), settings("wecom", heard.port), NOON)

    assert said == "127.0.0.1 did not take it: 93000 invalid webhook …"


def test_a_secret_is_taken_out_of_a_long_reply_before_it_is_cut():
    with receivers.web(answering(errcode=1, errmsg="x" * 190 + "verysecrettoken")) as heard:
        said = failing(Undelivered, notice(), settings("wecom", heard.port), NOON)

    assert "very" not in said


def test_a_long_text_is_cut_between_two_letters():
    body = wording.robot_body("wecom", "题" * 500, "字" * 5000)
    content = body["text"]["content"]

    assert len(content.encode()) <= 2001
    assert content.endswith("字…")
    assert "�" not in content


# --- mail ----------------------------------------------------------------------------


def to_li(**more):
    return notice("mail", "li@example.org", **more)


def test_a_mail_arrives_with_a_message_id_that_stays_the_same():
    with receivers.mail() as heard:
        for _ in range(2):
            sending.send(to_li(language="en"), mailing(heard), NOON)

    (sender, to, data), again = heard.requests
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert (sender, to) == ("<grid@city.example>", ["<li@example.org>"])
    assert message["Subject"] == "New case 1303022026050400001"
    assert "Category: 暴露垃圾" in message.get_content()
    assert message["Message-ID"] == f"<{'k' * 32}@city.example>"
    assert email.message_from_bytes(again[2])["Message-ID"] == message["Message-ID"]


def mailing(heard, **more):
    server = channels.Mail("127.0.0.1", "grid@city.example", heard.port, **{"security": "none", **more})
    return config.Config("gpkg:///x", None, mail=server)


def test_a_reporter_cannot_write_headers_into_a_mail():
    with receivers.mail() as heard:
        sending.send(to_li(kind="report_received", number="1\r\nBcc: all@example.org\u2028X: y"), mailing(heard), NOON)

    message = email.message_from_bytes(heard.requests[0][2], policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["X"] is None
    assert "1 Bcc: all@example.org X: y" in message["Subject"]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 no such user"}, Refused),
        ({"RCPT": "450 mailbox busy"}, Undelivered),
        ({".": "554 spam"}, Refused),
        ({".": "451 later"}, Undelivered),
        ({"MAIL": "530 sign in first"}, Undelivered),
    ],
)
def test_what_a_mail_servers_refusal_means(answers, error):
    with receivers.mail(answers) as heard:
        said = failing(error, to_li(), mailing(heard), NOON)

    assert heard.requests == []
    assert next(iter(answers.values()))[4:] in said


def test_who_has_to_sign_in_does_and_a_wrong_password_is_not_repeated_in_what_is_said():
    def checked(line):
        return "235 ok" if base64.b64decode(line.split()[-1]) == b"\0grid\0pa55word" else f"535 {line} is wrong"

    with receivers.mail({"AUTH": checked}) as heard:
        sending.send(to_li(), mailing(heard, user="grid", password="pa55word"), NOON)
        said = failing(Undelivered, to_li(), mailing(heard, user="grid", password="wrongpassword"), NOON)

    assert len(heard.requests) == 1
    assert said == "127.0.0.1 did not let us sign in (535): correct user and password in [mail]."


def test_a_mail_that_was_taken_has_arrived_whatever_the_server_answers_to_goodbye():
    with receivers.mail({"QUIT": "500 what"}) as heard:
        sending.send(to_li(), mailing(heard), NOON)

    assert len(heard.requests) == 1


# --- TLS -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The file of a certificate of 127.0.0.1 that nobody but its owner trusts, and the TLS of its server."""
    folder = tmp_path_factory.mktemp("tls")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    named = [
        "-subj",
        "/CN=receiver",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
    ]
    subprocess.run([*made, *named], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


def by_https(heard):
    hook = channels.Channel("hook", "webhook", f"https://127.0.0.1:{heard.port}/", SECRET)
    return config.Config("gpkg:///x", None, channels={"hook": hook})


def test_a_webhook_goes_by_https_to_whom_the_machine_trusts(certificate, monkeypatch):
    file, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with receivers.web(tls=context) as heard:
        sending.send(notice(), by_https(heard), NOON)

    assert verified(heard.requests[0], SECRET)["type"] == "case_dispatched"


def test_a_receiver_whose_certificate_is_not_trusted_is_told_nothing(certificate):
    with receivers.web(tls=certificate[1]) as heard:
        said = failing(Undelivered, notice(), by_https(heard), NOON)

    assert "certificate" in said
    assert heard.requests == []


def test_a_mail_goes_by_starttls_only_to_whom_the_machine_trusts(certificate, monkeypatch):
    file, context = certificate
    with receivers.mail(tls=context) as heard:
        said = failing(Undelivered, to_li(), mailing(heard, security="starttls"), NOON)
        before = list(heard.requests)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        sending.send(to_li(), mailing(heard, security="starttls"), NOON)

    assert "certificate" in said
    assert (before, len(heard.requests)) == ([], 1)


def test_a_mail_server_without_starttls_is_told_nothing():
    with receivers.mail() as heard:
        failing(Undelivered, to_li(), mailing(heard, security="starttls"), NOON)

    assert heard.requests == []


# --- words ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", sorted(wording.templates()["kinds"]))
def test_every_kind_has_words_in_both_languages(kind, language):
    title, text = wording.told(notice(kind=kind), language)

    assert title and text
    assert "{" not in title + text.replace(json.dumps(PAYLOAD), "")


def test_a_kind_without_words_is_told_by_its_fields():
    title, text = wording.told(notice(kind="shift_over", place=None, staff=["a", "b"]), "en")

    assert title == "Notice of the city grid: shift_over"
    assert text.splitlines() == [
        "number: 1303022026050400001",
        "category: 暴露垃圾",
        "place: —",
        "due: 2026-05-04 18:00",
        'staff: ["a", "b"]',
    ]


def test_no_setting_shows_a_secret_when_it_is_printed():
    shown = repr(dataclasses.replace(settings("wecom", 1, "s3cr3t-s3cr3t", password="pa55word"), proxies=1))

    assert not any(secret in shown for secret in ("s3cr3t", "pa55word", "verysecrettoken"))
