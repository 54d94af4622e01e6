"""Mail server and channels as an operator sets them, in the file or in the environment."""

import pytest

from gridmgr import config
from gridmgr.channels import Channel, Mail
from gridmgr.errors import Invalid

HOOK = '[channels.duty]\nkind = "webhook"\nurl = "https://office.example/hook"\nsecret = "whsec_abc"\n'


def load(tmp_path, text, **environ):
    file = tmp_path / "gridmgr.toml"
    file.write_text(text)
    return config.load(file, environ=environ)


def test_there_is_no_mail_server_and_no_channel_by_default(tmp_path):
    found = load(tmp_path, "")

    assert (found.mail, found.channels) == (None, {})


def test_a_mail_server_has_the_usual_port_of_its_security(tmp_path):
    text = '[mail]\nhost = "mail.example"\nsender = "grid@city.example"\n'

    assert load(tmp_path, text).mail == Mail("mail.example", "grid@city.example", 587)
    assert load(tmp_path, text + 'security = "tls"').mail.port == 465
    assert load(tmp_path, text + "port = 2525").mail.port == 2525


def test_secrets_come_from_the_environment_over_the_file(tmp_path):
    found = load(
        tmp_path,
        HOOK,
        GRIDMGR_CHANNEL_DUTY_SECRET="whsec_other",
        GRIDMGR_CHANNEL_NIGHT_DUTY_KIND="wecom",
        GRIDMGR_CHANNEL_NIGHT_DUTY_URL="https://chat.example/send?key=1",
        GRIDMGR_MAIL_HOST="mail.example",
        GRIDMGR_MAIL_SENDER="grid@city.example",
        GRIDMGR_MAIL_PASSWORD="p",
    )

    assert found.channels == {
        "duty": Channel("duty", "webhook", "https://office.example/hook", "whsec_other"),
        "night_duty": Channel("night_duty", "wecom", "https://chat.example/send?key=1"),
    }
    assert found.mail.password == "p"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[mail]\nhost = "x"', "correct sender"),
        ('[mail]\nhost = "x"\nsender = "a@b"\nsecurity = "ssl"', "correct security = ssl"),
        ('[mail]\nhost = "x"\nsender = "a@b"\nport = "many"', "correct port = many"),
        ('[mail]\nhost = "x"\nsender = "a@b"\ntls = true', "correct tls"),
        (HOOK.replace("webhook", "telegram"), "correct kind"),
        (HOOK.replace("https://office.example/hook", "ftp://x"), "correct url"),
        (HOOK.replace("https://office", "https://user:pw@office"), "correct url"),
        (HOOK.replace("https://office.example", "https://[::1"), "correct url"),
        (HOOK.replace('secret = "whsec_abc"\n', ""), "correct secret"),
        (HOOK.replace("channels.duty", "channels.mail"), "correct name"),
        (HOOK + 'colour = "red"', "correct colour"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence_without_its_secret(tmp_path, text, wrong):
    with pytest.raises(Invalid) as told:
        load(tmp_path, text)

    assert wrong in told.value.say("en")
    assert "whsec_abc" not in told.value.say("en") and "pw" not in told.value.say("en")
