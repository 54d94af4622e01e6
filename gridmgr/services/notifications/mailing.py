"""Notices by mail."""

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from gridmgr.i18n import N_
from gridmgr.services.notifications import lines, wording
from gridmgr.services.notifications.lines import Refused, Undelivered

SAID = N_("{host} did not take it: {said}")
NO_ENTRY = N_("{host} did not let us sign in ({code}): correct user and password in [mail].")


class Server(smtplib.SMTP):
    """A mail server that is spoken to over a Line."""

    def __init__(self, mail, line):
        self.line, self.is_secure = line, mail.security == "tls"
        super().__init__(mail.host, mail.port, local_hostname=domain_of(mail.sender), timeout=line.limit_s)

    def _get_socket(self, host, port, timeout):
        plain = self.line.open(host, port)
        return lines.secured(plain, host) if self.is_secure else plain


def message(notice, sender):
    """Return a notice as a mail; ``Message-ID`` is the same however often it is sent."""
    title, text = wording.told(notice, notice.language)
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, notice.address, title
    made["Date"] = format_datetime(notice.created_at)
    made["Message-ID"] = f"<{notice.key}@{domain_of(sender)}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    return made


def domain_of(sender):
    """Return the part after the @ of an address."""
    return sender.rpartition("@")[2].rstrip(">")


def send(notice, mail, line):
    """Hand a notice to the mail server.

    Raises
    ------
    Undelivered, Refused, OSError
    """
    try:
        made = message(notice, mail.sender)
    except ValueError as error:
        raise Refused(SAID, host=mail.host, said=error) from error
    with spoken_to(Server(mail, line)) as server:
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.user:
            sign_in(server, mail)
        hand_over(server, made, mail.host)


def sign_in(server, mail):
    """Sign in; what a server says to a wrong password is kept back, since it may repeat it."""
    try:
        server.login(mail.user, mail.password)
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered(NO_ENTRY, host=mail.host, code=error.smtp_code) from error


def hand_over(server, made, host):
    """Send one message; a refusal for good (5xx) of this receiver or this message is Refused."""
    try:
        server.send_message(made)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, said)] = error.recipients.values()
        raise refusal(host, code, said) from error
    except smtplib.SMTPDataError as error:
        raise refusal(host, error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(SAID, host=host, said=error) from error


def refusal(host, code, said):
    """Return the error of what a server said to a receiver or a message."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return (Refused if code >= 500 else Undelivered)(SAID, host=host, said=f"{code} {words}")


@contextlib.contextmanager
def spoken_to(server):
    """Say goodbye to a server at the end; what it answers to that does not matter any more."""
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()
