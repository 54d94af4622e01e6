"""Sign-in and the guard: who asks, whether the request is his own, and whether he may.

``ROUTES`` gives every endpoint its right; what ``gridmgr.domain.access`` says
about the right decides. An endpoint without a row is refused to everybody. Where a right
is tied to a place (``PLACED``) and an address names one thing, ``PLACES`` tells where that
lies, and it is refused outside the area and department of the account.
"""

import re

import flask

from gridmgr.domain import access
from gridmgr.errors import Forbidden, GridmgrError, NotSignedIn
from gridmgr.services import accounts, tokens
from gridmgr.services.accounts import changes, permitting, signing_in
from gridmgr.web import asker, case_places, pages, problems, qr_codes, reading
from gridmgr.web.pages import field

ROUTES = {
    "static": "see_landing",
    "assets.asset": "see_landing",
    "assets.favicon": "see_landing",
    "health.healthz": "see_landing",
    "health.readyz": "see_landing",
    "health.metrics_of_all": "see_landing",
    "health.openapi": "see_landing",
    "health.problem_kind": "see_landing",
    "auth.sign_in_page": "see_landing",
    "auth.sign_in": "see_landing",
    "single_sign_on.leave": "see_landing",
    "single_sign_on.arrive": "see_landing",
    "auth.second_page": "see_landing",
    "auth.second": "see_landing",
    "auth.sign_out": "see_landing",
    "auth.me": "see_landing",
    "tiles.tile": "see_map",
    "where.get_where": "ask_where",
    "where.post_where": "ask_where",
    "where.post_columns": "ask_where",
    "where.get_owners": "ask_where",
    "reports.post_report": "post_report",
    "photos.post_photo": "post_report",
    "photo_files.photo": "see_landing",
    "who.get_who": "ask_where",
    "reports.get_form": "see_landing",
    "reports.get_near": "see_landing",
    "follow.post_follow": "see_landing",
    "follow.post_rate": "see_landing",
    "follow.post_reopen": "see_landing",
    "categories.get_categories": "ask_where",
    "calendar.get_calendar": "see_map",
    "calendar.get_sheet": "see_map",
    "calendar.post_day": "manage_calendar",
    "calendar.post_shifts": "manage_calendar",
    "calendar.post_calendar_import": "manage_calendar",
    "staff.get_staff_export": "import_staff",
    "staff.get_staff_template": "import_staff",
    "staff.post_staff_import": "import_staff",
    "matrix.get_matrix_export": "import_matrix",
    "matrix.get_matrix_template": "import_matrix",
    "matrix.post_matrix_import": "import_matrix",
    "layers.get_layer_export": "import_layers",
    "layers.post_layer_import": "import_layers",
    "trail.get_trail": "see_trail",
    "trail.post_verify": "see_trail",
    "running.get_checks": "keep_running",
    "running.get_dead": "keep_running",
    "running.post_again": "keep_running",
    "admin_pages.index": "keep_account",
    "admin_pages.staff": "import_staff",
    "admin_pages.matrix": "import_matrix",
    "admin_pages.calendar": "manage_calendar",
    "admin_pages.layers": "import_layers",
    "admin_pages.trail": "see_trail",
    "admin_pages.health": "keep_running",
    "versions.get_versions": "see_map",
    "versions.get_levels": "see_map",
    "versions.get_grid": "see_map",
    "drafts.get_drafts": "see_drafts",
    "drafts.get_draft": "see_drafts",
    "drafts.get_arcs": "see_drafts",
    "drafts.get_findings": "see_drafts",
    "drafts.get_checkpoints": "see_drafts",
    "drafts.get_comments": "see_drafts",
    "drafts.post_draft": "edit_drafts",
    "drafts.delete_draft": "edit_drafts",
    "drafts.post_edit": "edit_drafts",
    "drafts.post_undo": "edit_drafts",
    "drafts.post_redo": "edit_drafts",
    "drafts.post_checkpoint": "edit_drafts",
    "drafts.post_restore": "edit_drafts",
    "drafts.post_comment": "edit_drafts",
    "drafts.post_settled": "edit_drafts",
    "versions.get_difference": "see_map",
    "versions.get_lineage": "see_map",
    "versions.get_notice": "see_map",
    "versions.get_counts": "see_drafts",
    "versions.post_withdraw": "withdraw_version",
    "versions.post_revive": "publish",
    "versions.post_rehome": "publish",
    "reviews.post_submit": "edit_drafts",
    "reviews.post_return": "edit_drafts",
    "reviews.post_approve": "review_drafts",
    "reviews.post_rebase": "edit_drafts",
    "reviews.get_consequences": "see_drafts",
    "reviews.post_publish": "publish",
    "reviews.get_draft_difference": "see_drafts",
    "duty.get_duty": "ask_where",
    "layers.get_layers": "see_map",
    "layers.get_items": "see_map",
    "measures.get_measures": "see_map",
    "measures.get_measure": "see_map",
    "search.get_search": "see_map",
    "cases.get_cases": "see_map",
    "cases.get_queue": "see_cases",
    "cases.get_case": "see_cases",
    "cases.get_rerouted": "see_cases",
    "cases.post_step": "see_cases",
    "cases.get_report": "see_cases",
    "cases.get_alike": "see_cases",
    "cases.get_proposal": "see_cases",
    "cases.post_report_step": "see_cases",
    "desk.get_desk": "see_cases",
    "desk.get_desk_queue": "see_cases",
    "desk.get_candidates": "see_cases",
    "desk.get_report_candidates": "see_cases",
    "desk.get_handlers": "handle_case",
    "desk_pages.dispatch": "see_cases",
    "desk.post_dispatch": "dispatch_case",
    "desk.post_load": "dispatch_case",
    "desk.post_select": "dispatch_case",
    "desk.post_pulse": "see_cases",
    "desk.put_filter": "see_cases",
    "desk.delete_filter": "see_cases",
    "desk.get_handover": "hand_over_shift",
    "desk.post_handover": "hand_over_shift",
    "field.get_patch": "see_cases",
    "audit.get_audit": "see_audit",
    "impact.get_impact": "see_drafts",
    "impact.get_moved": "see_drafts",
    "impact.get_load": "see_drafts",
    "impact.get_replay": "see_drafts",
    "impact.get_moved_cases": "see_drafts",
    "impact.post_proposals": "see_drafts",
    "maps.script": "see_map",
    "pages.landing": "see_landing",
    "public_pages.report": "see_landing",
    "pages.map": "see_map",
    "certificate_pages.certificate": "see_landing",
    "certificate_pages.download": "see_landing",
    "field_pages.field": "see_cases",
    "field_pages.worker": "see_landing",
    "field_pages.manifest": "see_landing",
    "pages.drafts": "see_drafts",
    "pages.plan": "see_drafts",
    "pages.compare": "see_drafts",
    "account_pages.mine": "keep_account",
    "account_pages.accounts": "manage_accounts",
    "accounts.get_accounts": "manage_accounts",
    "accounts.post_account": "manage_accounts",
    "accounts.patch_account": "manage_accounts",
    "me.patch_me": "keep_account",
    "me.post_password": "keep_account",
    "me.get_tokens": "keep_account",
    "me.post_token": "keep_account",
    "me.delete_token": "keep_account",
    "second_factor.get_mine": "keep_account",
    "second_factor.post_begin": "keep_account",
    "second_factor.post_confirm": "keep_account",
    "second_factor.post_recovery": "keep_account",
    "second_factor.post_drop": "keep_account",
    "second_factor.delete_of_account": "manage_accounts",
    "second_factor.get_roles": "manage_security",
    "second_factor.post_roles": "manage_security",
}
PLACES = {
    "cases.get_case": case_places.case,
    "cases.get_rerouted": case_places.case,
    "cases.post_step": case_places.case,
    "cases.get_report": case_places.report,
    "cases.get_alike": case_places.report,
    "cases.get_proposal": case_places.report,
    "cases.post_report_step": case_places.report,
    "desk.get_candidates": case_places.case,
    "desk.get_handlers": case_places.case,
    "desk.get_report_candidates": case_places.report,
    "accounts.patch_account": changes.place,
    "second_factor.delete_of_account": changes.place,
}
"""Endpoint → function of the engine and the parts of the address: (grid or area, department), None for no such thing."""
TOKEN = "token"
HALF = "half"
"""Where the browser's cookie names a sign-in that waits for its second step."""
BEARER = "bearer"
ENDPOINT = "gridmgr.endpoint"
"""Where a request's environment names the endpoint that answers it, for those who count."""
OURS = re.compile(r"/(?![/\\\\])[^\\\\\x00-\x20\x7f]*")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

auth = flask.Blueprint("auth", __name__)


class NoRow(Forbidden):
    """This address has no row in the table of rights."""

    slug = "no-row"


def guard(app):
    """Make ``app`` look at every request before a view does."""
    app.before_request(recognise)
    app.before_request(check)


def recognise():
    """Find the account of the token that is shown, else of the session that the cookie names; a stale one is dropped."""
    if flask.request.endpoint in ("static", "assets.asset", "assets.favicon"):
        return
    scheme, _, secret = flask.request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == BEARER:
        given = {"at": asker.now(), "address": flask.request.remote_addr or ""}
        flask.g.account, flask.g.api_token = tokens.owner(asker.engine(), secret.strip(), **given)
    elif TOKEN in flask.session:
        flask.g.account = accounts.account_of(asker.engine(), flask.session[TOKEN], at=asker.now())
        if flask.g.account is None:
            flask.session.clear()


def check():
    """Refuse a request that is malformed, without right, or sent by another site."""
    flask.request.environ[ENDPOINT] = flask.request.endpoint
    reading.check_form()
    if flask.request.endpoint is None:
        return None
    if flask.request.endpoint not in ROUTES:
        raise NoRow("{endpoint} has no row in the table of rights: nobody may use it.", endpoint=flask.request.endpoint)
    try:
        require(ROUTES[flask.request.endpoint])
    except NotSignedIn:
        if flask.request.method == "GET" and problems.wants_page():
            return flask.redirect(flask.url_for("auth.sign_in_page", next=flask.request.full_path.rstrip("?")), 303)
        raise
    check_place(flask.request.endpoint)
    check_origin()
    return None


def require(right):
    """Raise NotSignedIn or Forbidden where the one who asks has not ``right``."""
    if asker.may(right):
        return
    if asker.account() is None:
        raise NotSignedIn("Sign in to do this.")
    if asker.token() is not None and right in access.IN_PERSON:
        raise Forbidden("This is done in person, not by a token: sign in.")
    if right in access.WHOLE_CITY and access.is_bound(asker.account()) and access.may(asker.role(), right):
        raise Forbidden("This is done for the whole city: an account for one area or department cannot.")
    if asker.token() is not None and access.may(asker.role(), right):
        raise Forbidden(
            "The token {token} is not for this (right {right}): make one that is, or sign in.",
            token=asker.token().name,
            right=right,
        )
    raise Forbidden(
        "{name} ({role}) may not do this: ask an administrator.", name=asker.account().name, role=asker.account().role
    )


def check_place(endpoint):
    """Raise Elsewhere where the address names a thing outside the area or department of the account."""
    if ROUTES[endpoint] not in access.PLACED or not flask.request.view_args:
        return
    if endpoint not in PLACES:
        raise NoRow("{endpoint} has no row in the table of places: nobody may use it.", endpoint=endpoint)
    place = PLACES[endpoint](asker.engine(), **flask.request.view_args)
    if place is not None and not asker.is_within(*place):
        raise permitting.elsewhere(asker.account())


def check_origin():
    """Raise CSRFError where a form, or a write with a session, carries no token of ours.

    A program without a session cookie has nothing that another site could borrow, and another site
    cannot show a token of an account.
    """
    is_program = flask.request.path.startswith("/api/") and asker.account() is None
    is_program = is_program or asker.token() is not None
    if flask.request.method in UNSAFE and not is_program:
        flask.current_app.extensions["csrf"].protect()


@auth.get("/signin")
def sign_in_page():
    """Show the form."""
    return form()


@auth.post("/signin")
def sign_in():
    """Open a session and go where the reader came from, go on to the second step, or say why not."""
    values = flask.request.form
    try:
        account, token = signing_in.sign_in(
            asker.engine(),
            reading.form_text(values, "login"),
            reading.form_text(values, "password"),
            at=asker.now(),
            address=flask.request.remote_addr or "",
        )
    except signing_in.SecondStepNeeded as halfway:
        return to_second_step(halfway.waiting, values.get("next"))
    except GridmgrError as error:
        return form(problems.of_error(error, asker.language()))
    open_in_browser(account, token)
    return flask.redirect(field.first_page(safe_path(values.get("next"))), 303)


def to_second_step(waiting, next_path):
    """Remember in the browser that the password was right, and go on."""
    flask.session.clear()
    flask.session[HALF] = waiting
    return flask.redirect(flask.url_for("auth.second_page", next=safe_path(next_path)), 303)


def open_in_browser(account, token):
    """Let the browser show the session from now on; what it had before is dropped."""
    flask.session.clear()
    flask.session[TOKEN] = token
    flask.g.account = account


@auth.get("/signin/second")
def second_page():
    """Ask for the code of the second factor, or show the picture that a phone takes it from."""
    return second_form()


@auth.post("/signin/second")
def second():
    """Take the code, open the session and go where the reader came from; or say why not."""
    values = flask.request.form
    try:
        account, token, codes = signing_in.finish(
            asker.engine(), flask.session.get(HALF), reading.form_text(values, "code"), at=asker.now()
        )
    except signing_in.StepOver as error:
        return form(problems.of_error(error, asker.language()))
    except GridmgrError as error:
        return second_form(problems.of_error(error, asker.language()))
    open_in_browser(account, token)
    if codes is None:
        return flask.redirect(field.first_page(safe_path(values.get("next"))), 303)
    return uncached(
        flask.render_template(
            "signin_codes.html",
            codes=codes,
            next=field.first_page(safe_path(values.get("next"))),
            **pages.picture(),
        )
    )


def second_form(problem=None):
    """Return the page of the second step, with what went wrong the last time."""
    try:
        account, step, offered = signing_in.halfway(asker.engine(), flask.session.get(HALF), at=asker.now())
    except signing_in.StepOver as error:
        return form(problems.of_error(error, asker.language()))
    values = flask.request.form or flask.request.args
    shown = {"next": safe_path(values.get("next")), "problem": problem, "step": step, "login": account.login}
    if offered is not None:
        shown |= {"secret": offered[0], "qr": qr_codes.picture(offered[1])}
    return uncached(flask.render_template("signin_second.html", **shown, **pages.picture()), problem)


def uncached(page, problem=None):
    """Return a page that no cache keeps, with the status of what went wrong."""
    response = flask.make_response(page, problem["status"] if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@auth.post("/signout")
def sign_out():
    """Close the session, here and in the database."""
    token = flask.session.pop(TOKEN, None)
    if token is not None:
        accounts.sign_out(asker.engine(), token)
    flask.session.clear()
    return flask.redirect("/", 303)


@auth.get("/api/v1/me")
def me():
    """Tell who is signed in, what he may do, and the token his writes carry."""
    from flask_wtf.csrf import generate_csrf

    from gridmgr.web import representations

    return flask.jsonify(representations.me(generate_csrf()))


def form(problem=None):
    """Return the sign-in page, with what went wrong the last time."""
    values = flask.request.form or flask.request.args
    shown = {"next": safe_path(values.get("next")), "login": values.get("login", ""), "problem": problem}
    shown["provider"] = asker.house().config.provider
    return uncached(flask.render_template("signin.html", **shown, **pages.picture()), problem)


def safe_path(path):
    """Return ``path`` where it is one of ours, else the start page; never another host."""
    return path if path and OURS.fullmatch(path) else "/"
