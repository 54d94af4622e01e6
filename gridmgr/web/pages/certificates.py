"""The page from which phones install the certificate of the city's own authority, and the certificate itself."""

import flask

from gridmgr.errors import NotFound
from gridmgr.web import asker, pages
from gridmgr.web.serving import certificates

certificate_pages = flask.Blueprint("certificate_pages", __name__)


class NoAuthority(NotFound):
    """This city has no certificate authority of its own."""

    slug = "no-authority"


@certificate_pages.get("/certificate")
def certificate():
    """Show how a phone comes to trust this server, and by which digits one sees that it is the right certificate."""
    der = authority()
    shown = {"fingerprint": certificates.fingerprint(der), "ends_at": certificates.ends_at(der)} if der else None
    return flask.render_template("certificate.html", page=pages.page(), authority=shown)


@certificate_pages.get("/certificate/city-ca.crt")
def download():
    """Give the certificate of the city's authority; never anything else of that file."""
    der = authority()
    if der is None:
        raise NoAuthority("No certificate authority is set: put ca_certificate into gridmgr.toml.")
    answer = flask.Response(der, mimetype="application/x-x509-ca-cert")
    answer.headers["Content-Disposition"] = 'attachment; filename="city-ca.crt"'
    return answer


def authority():
    """Return the certificate of the city's own authority as DER, None where the city has none."""
    path = asker.house().config.ca_certificate
    return certificates.certificate_in(path) if path else None
