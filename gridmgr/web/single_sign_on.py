"""Signing in by the account of the city's own provider: there, and back."""

import flask

from gridmgr.errors import GridmgrError, NotFound
from gridmgr.services.accounts import oidc, signing_in
from gridmgr.web import asker, auth, problems

KEPT = "oidc"
"""Where the browser's cookie keeps what the provider's answer is held against."""

single_sign_on = flask.Blueprint("single_sign_on", __name__)


@single_sign_on.get("/signin/city")
def leave():
    """Go to the provider."""
    try:
        address, kept = oidc.begin(provider(), back())
    except GridmgrError as error:
        return auth.form(problems.of_error(error, asker.language()))
    flask.session[KEPT] = kept | {"next": auth.safe_path(flask.request.args.get("next"))}
    return flask.redirect(address, 303)


@single_sign_on.get("/signin/city/back")
def arrive():
    """Open a session for whom the provider vouches, or say why not."""
    kept = flask.session.pop(KEPT, {})
    address = flask.request.remote_addr or ""
    try:
        login = oidc.finish(provider(), back(), kept, flask.request.args, at=asker.now())
        is_enough = provider().second_factor == "theirs"
        account, token = signing_in.vouched(asker.engine(), login, is_enough=is_enough, at=asker.now(), address=address)
    except signing_in.SecondStepNeeded as halfway:
        return auth.to_second_step(halfway.waiting, kept.get("next"))
    except GridmgrError as error:
        return auth.form(problems.of_error(error, asker.language()))
    auth.open_in_browser(account, token)
    return flask.redirect(auth.safe_path(kept.get("next")), 303)


def provider():
    """Return the provider of the settings; raise NotFound where there is none."""
    found = asker.house().config.provider
    if found is None:
        raise NotFound("No provider of accounts is set: sign in by password.")
    return found


def back():
    """Return the address that the provider sends the browser back to."""
    return flask.url_for("single_sign_on.arrive", _external=True)
