"""The application: doors, guards and errors put together around one city."""

import datetime as dt
import mimetypes

import flask
import orjson
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface
from flask_openapi import Info, OpenAPI
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from gridmgr import __version__, i18n, resources
from gridmgr.services import cities, routing
from gridmgr.web import (
    api_accounts,
    api_audit,
    api_calendar,
    api_cases,
    api_categories,
    api_desk,
    api_drafts,
    api_duty,
    api_field,
    api_follow,
    api_health,
    api_impact,
    api_layers,
    api_matrix,
    api_me,
    api_measures,
    api_photos,
    api_reports,
    api_reviews,
    api_running,
    api_search,
    api_second_factor,
    api_staff,
    api_trail,
    api_versions,
    api_where,
    api_who,
    asker,
    assets,
    auth,
    headers,
    maps,
    pages,
    problems,
    reading,
    secrets,
    single_sign_on,
    tiles,
    turns,
    uploads,
)
from gridmgr.web.pages import account, admin, certificates, desk, field, public
from gridmgr.web.where import shortcut

LARGEST_REQUEST = 16 * 2**20
JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_SERIALIZE_NUMPY
DOORS = (
    api_where,
    api_who,
    api_follow,
    api_photos,
    api_reports,
    api_categories,
    api_calendar,
    api_versions,
    api_drafts,
    api_layers,
    api_measures,
    api_search,
    api_audit,
    api_cases,
    api_desk,
    api_duty,
    api_field,
    api_impact,
    api_reviews,
    api_accounts,
    api_me,
    api_second_factor,
    api_staff,
    api_matrix,
    api_trail,
    api_running,
)
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".geojson": "application/geo+json",
}


class Sessions(SecureCookieSessionInterface):
    """Session cookies that are marked secure wherever the request came over TLS."""

    def open_session(self, app, request):
        """Return the session of a request; to ready the signature's check takes long, and programs show no cookie."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app):
        """Return whether the cookie may travel over TLS only."""
        return flask.request.is_secure


class Json(DefaultJSONProvider):
    """Answers as JSON, written out in a tenth of the time that the standard library takes."""

    def dumps(self, value, **_):
        """Return a value as JSON, in the order in which it stands."""
        return orjson.dumps(value, default=self.default, option=JSON).decode()


class Application(OpenAPI):
    """A Flask application whose vendored scripts are kept for a day and the rest asked for again."""

    session_interface = Sessions()
    json_provider_class = Json
    request_class = uploads.Request

    def wsgi_app(self, environ, start_response):
        """Answer a request, by the shortcut where it can."""
        straight = shortcut.answer(self.extensions["gridmgr"], environ)
        if straight is None:
            return super().wsgi_app(environ, start_response)
        found, body = straight
        start_response("200 OK", found)
        return [body]

    def get_send_file_max_age(self, filename):
        """Return for how long a browser keeps a static file; seconds, None asks each time."""
        return 86400 if filename and filename.startswith("vendor/") else None


def read_clock():
    """Return this instant."""
    return dt.datetime.now(dt.UTC)


def create_app(config, *, clock=read_clock):
    """Return the application that serves the city of ``config``.

    Parameters
    ----------
    config : gridmgr.config.Config
    clock : callable
        Returns the present instant, aware; tests choose their own.

    Raises
    ------
    NoCity, NoSecretKey
    """
    engine = cities.open_city(config.database_url, config.data)
    app = new_application(config)
    app.extensions["gridmgr"] = asker.House(config, engine, routing.city(engine), clock)
    turns.prepare(app)
    headers.protect(app, config.basemap)
    problems.register(app, asker.language)
    CSRFProtect(app)
    auth.guard(app)
    app.after_request(asker.remember_language)
    app.context_processor(words_for_pages)
    open_doors(app)
    return app


def new_application(config):
    """Return a bare application with its settings."""
    for ending, kind in MEDIA_TYPES.items():
        mimetypes.add_type(kind, ending)
    app = Application(
        "gridmgr.web",
        info=Info(title="gridmgr", version=__version__),
        security_schemes=reading.WHO_ASKS,
        doc_ui=False,
        validation_error_status=400,
        validation_error_callback=reading.refuse,
        static_folder=str(resources.directory("static")),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=secrets.secret_key(config.data),
        SESSION_COOKIE_NAME="gridmgr",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies)
    return app


def open_doors(app):
    """Register every blueprint: the interface, tiles, sign-in and the pages."""
    for door in DOORS:
        app.register_api(door.api)
    app.register_blueprint(api_health.health)
    app.register_blueprint(assets.assets)
    app.register_blueprint(tiles.tiles)
    app.register_blueprint(api_photos.photo_files)
    app.register_blueprint(auth.auth)
    app.register_blueprint(single_sign_on.single_sign_on)
    app.register_blueprint(pages.pages)
    app.register_blueprint(public.public_pages)
    app.register_blueprint(account.account_pages)
    app.register_blueprint(desk.desk_pages)
    app.register_blueprint(admin.admin_pages)
    app.register_blueprint(maps.maps)
    app.register_blueprint(field.field_pages)
    app.register_blueprint(certificates.certificate_pages)


def words_for_pages():
    """Return what every template may use."""
    language = asker.language()
    return {
        "language": language,
        "_": lambda text, **fields: i18n.translate(text, language, **fields),
        "account": asker.account(),
        "city": asker.city(),
        "may": asker.may,
        "basemap": asker.house().config.basemap,
        "static": assets.address,
        "version": __version__,
    }
