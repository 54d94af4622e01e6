"""Notices with values alone: receivers, pauses, and signatures that a receiver makes anew."""

import base64
import hashlib
import hmac
import urllib.parse

import pytest

from gridmgr.domain import notices
from gridmgr.domain.notices import signatures
from gridmgr.errors import Invalid


@pytest.mark.parametrize(
    ("to", "found"),
    [
        ("mail:li@example.org", ("mail", "li@example.org")),
        ("mail:o'neil+1@a-b.example.org", ("mail", "o'neil+1@a-b.example.org")),
        ("channel:dispatchers", ("dispatchers", "")),
    ],
)
def test_a_receiver_is_a_mail_address_or_a_channel(to, found):
    assert notices.receiver(to) == found


@pytest.mark.parametrize(
    "to",
    [
        "li@example.org",
        "mail:",
        "mail:a@b\nBcc: c@d",
        "mail:a@b, c@d",
        "mail:<a@b>",
        "channel:mail",
        "channel:A B",
        "mail:a@b..c",
    ],
)
def test_what_is_no_receiver_is_refused(to):
    with pytest.raises(Invalid, match="is no receiver"):
        notices.receiver(to)


def test_pauses_double_until_an_hour_and_chance_takes_up_to_half():
    longest = [notices.pause(tries, 0).total_seconds() for tries in range(1, 12)]

    assert longest[:9] == [15, 30, 60, 120, 240, 480, 960, 1920, 3600]
    assert longest[-1] == notices.pause(10_000, 0).total_seconds() == 3600
    assert notices.pause(3, 1).total_seconds() == 30


def test_a_webhooks_signature_is_that_of_the_standards_own_example():
    # Standard Webhooks: the example that its reference libraries test themselves with.
    signed = signatures.of_webhook(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_that_is_not_base64_is_taken_as_typed():
    expected = hmac.new(b"whsec_no base64!", b"k.1.body", hashlib.sha256).digest()

    assert signatures.of_webhook("whsec_no base64!", "k", 1, b"body") == f"v1,{base64.b64encode(expected).decode()}"


def test_a_dingtalk_address_carries_time_and_signature():
    url = signatures.of_dingtalk("https://oapi.example/robot/send?access_token=x", "SECtop", 1577262236757)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)

    expected = hmac.new(b"SECtop", b"1577262236757\nSECtop", hashlib.sha256).digest()
    assert asked == {
        "access_token": ["x"],
        "timestamp": ["1577262236757"],
        "sign": [base64.b64encode(expected).decode()],
    }


def test_a_feishu_signature_has_time_and_secret_as_its_key():
    expected = hmac.new(b"1599360473\ntop", digestmod=hashlib.sha256).digest()

    assert signatures.of_feishu("top", 1599360473) == base64.b64encode(expected).decode()
