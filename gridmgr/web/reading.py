"""What may stand in a request: types with limits, and one sentence for whatever does not fit."""

import functools
import json
from typing import Annotated

import flask
from flask_openapi import APIBlueprint
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest as Unreadable

from gridmgr.errors import Invalid
from gridmgr.i18n import N_, translate

FARTHEST = 1e9
LONGEST_FIELD = 1000
LARGEST_FORM = 64 * 2**10
OF_FILES = frozenset(
    {
        "photos.post_photo",
        "staff.post_staff_import",
        "matrix.post_matrix_import",
        "calendar.post_calendar_import",
        "layers.post_layer_import",
    }
)
"""Endpoints that a file is sent to, as a form of several parts."""
OF_ANYBODY = frozenset({"reports.post_report", "follow.post_follow", "follow.post_rate", "follow.post_reopen"})
"""Endpoints that strangers write to; what they have to say fits a form."""
MOST_FIELDS = 50
"""No object has so many: each unknown one is a fault to be told, and a million of them keep the server for seconds."""
SENTENCES = {
    "missing": N_("{field} is missing: add it."),
    "float_parsing": N_("{field} must be a number; {given} is none."),
    "float_type": N_("{field} must be a number; {given} is none."),
    "finite_number": N_("{field} must be a finite number; {given} is none."),
    "int_parsing": N_("{field} must be a whole number; {given} is none."),
    "int_type": N_("{field} must be a whole number; {given} is none."),
    "int_from_float": N_("{field} must be a whole number; {given} is none."),
    "bool_parsing": N_("{field} must be true or false; {given} is neither."),
    "string_type": N_("{field} must be text; {given} is none."),
    "string_too_long": N_("{field} is too long: at most {max_length} characters."),
    "too_long": N_("{field} holds too many entries: at most {max_length}."),
    "too_short": N_("{field} holds too few entries: at least {min_length}."),
    "greater_than_equal": N_("{field} must be at least {ge}; {given} is less."),
    "greater_than": N_("{field} must be more than {gt}; {given} is not."),
    "less_than_equal": N_("{field} must be at most {le}; {given} is more."),
    "literal_error": N_("{field} must be one of {expected}; {given} is not."),
    "list_type": N_("{field} must be a list; {given} is none."),
    "model_type": N_("{field} must be an object with named fields; {given} is none."),
    "model_attributes_type": N_("{field} must be an object with named fields; {given} is none."),
    "dict_type": N_("{field} must be an object with named fields; {given} is none."),
    "extra_forbidden": N_("{field} is not known here: leave it out or correct its name."),
}
OTHERWISE = N_("{field} cannot be used: {reason}.")
WHOLE = N_("The body")
NUL = N_("it holds a NUL character")
HALF = N_("it holds half of a character")
MORE = N_("({count} more like this.)")
ANSWERED = {"description": "The answer", "content": {"application/json": {"schema": {"type": "object"}}}}
REFUSALS = {400: "Bad request", 401: "Not signed in", 404: "Not found", 429: "Too many requests"}

WHO_ASKS = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of an account."},
    "session": {"type": "apiKey", "in": "cookie", "name": "gridmgr", "description": "Somebody signed in at /signin."},
}
"""How an account shows itself, in the words of OpenAPI; what anybody may needs neither."""


class BadRequest(Invalid):
    """The request cannot be used as it is."""

    slug = "bad-request"

    def __init__(self, faults):
        template, fields = faults[0]
        super().__init__(template, **fields)
        self.faults = faults

    def say(self, language):
        """Return the first fault as a sentence, and how many more there are."""
        template, fields = self.faults[0]
        words = {
            name: translate(value, language) if value in (WHOLE, NUL, HALF) else value for name, value in fields.items()
        }
        rest = len(self.faults) - 1
        return translate(template, language, **words) + (" " + translate(MORE, language, count=rest) if rest else "")


def storable(text):
    """Return ``text``; refuse what no database keeps: NUL and halves of surrogate pairs."""
    if "\x00" in text:
        raise ValueError(NUL)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(HALF) from error
    return text


Words = Annotated[str, Field(max_length=200), AfterValidator(storable)]
Code = Annotated[str, Field(max_length=64), AfterValidator(storable)]
Prose = Annotated[str, Field(max_length=4000), AfterValidator(storable)]
Instant = Annotated[str, Field(max_length=40), AfterValidator(storable)]
Position = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
ExactPosition = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False, strict=True)]
Metres = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Query(BaseModel):
    """Parameters of an address; ``lang`` is understood everywhere."""

    model_config = ConfigDict(extra="ignore")

    lang: Words | None = Field(None, description="Language of the answer: zh or en.")

    @classmethod
    def model_json_schema(cls, *arguments, **options):
        """Return the schema; the plain one is asked for at every request and is therefore kept."""
        return super().model_json_schema(*arguments, **options) if arguments or options else plain_schema(cls)


@functools.cache
def plain_schema(model):
    """Return the JSON schema of a model of parameters."""
    return super(Query, model).model_json_schema()


class Place(BaseModel):
    """The named parts of an address."""


class Body(BaseModel):
    """A JSON object sent to us; unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Door(APIBlueprint):
    """The addresses of one noun; ``done`` is the status of an answer that is no problem, where none says another."""

    done = 200

    def get(self, rule, **options):
        """Return the decorator of a view that is looked at."""
        return super().get(rule, **self.answered(options))

    def post(self, rule, **options):
        """Return the decorator of a view that is sent to."""
        return super().post(rule, **self.answered(options))

    def patch(self, rule, **options):
        """Return the decorator of a view that changes a part."""
        return super().patch(rule, **self.answered(options))

    def delete(self, rule, **options):
        """Return the decorator of a view that puts away."""
        return super().delete(rule, **self.answered(options))

    def answered(self, options):
        """Return the options of a view with a description of its answer."""
        said = options.get("responses", {})
        plain = {} if any(200 <= status < 300 for status in said) else {self.done: ANSWERED}
        return {**options, "responses": {**plain, **said}}


def door(name, *, done=200):
    """Return the blueprint of one noun under ``/api/v1``; ``done`` is the status of an answer that is no problem."""
    problem = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    said = {status: {"description": words, "content": problem} for status, words in REFUSALS.items()}
    made = Door(
        name,
        f"gridmgr.web.api_{name}",
        url_prefix="/api/v1",
        abp_tags=[{"name": name}],
        abp_responses=said,
        abp_security=[{}, *({name: []} for name in WHO_ASKS)],
        operation_id_callback=lambda *, name, **_: name,
    )
    made.done = done
    return made


def refuse(error):
    """Raise BadRequest for a pydantic ValidationError: each fault with its field."""
    raise BadRequest([fault(found) for found in error.errors(include_url=False)])


def refused(model, values):
    """Return ``values`` as a ``model``, or raise BadRequest for what does not fit."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        refuse(error)


def form_text(form, name):
    """Return a text field of a form, "" where it is missing; refuse what no database keeps."""
    text = form.get(name, "")
    if len(text) > LONGEST_FIELD or "\x00" in text:
        raise Invalid("{field} is too long or holds a NUL character.", field=name)
    return text


def fault(found):
    """Return (template, fields) for one entry of a ValidationError."""
    template = SENTENCES.get(found["type"], OTHERWISE)
    reason = found["msg"].removeprefix("Value error, ").rstrip(".")
    return template, {
        **found.get("ctx", {}),
        "field": field_name(found["loc"]),
        "given": shortened(found["input"]),
        "reason": reason,
    }


def field_name(place):
    """Return a place in the request like ``[3].lon``."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return name.removeprefix(".") or WHOLE


def shortened(value):
    """Return ``value`` as it was sent, at most 40 characters of it."""
    text = json.dumps(value, ensure_ascii=True, default=str)[:41]
    return text if len(text) <= 40 else text[:39] + "…"


def check_form():
    """Raise Invalid where the request holds NUL characters, or says JSON and is none."""
    request = flask.request
    if not request.path.startswith("/api/"):
        request.max_content_length = LARGEST_FORM
    if "\x00" in request.path or any("\x00" in value for values in request.args.lists() for value in values[1]):
        raise Invalid("The address holds a NUL character: leave it out.")
    if request.method in ("POST", "PUT", "PATCH") and request.path.startswith("/api/"):
        check_json(request)


def check_json(request):
    """Raise Invalid where the body of an API request is not JSON, or is a form that no file comes in."""
    if request.endpoint in OF_FILES:
        if request.mimetype == "application/x-www-form-urlencoded":
            raise Invalid("Send a form of several parts (multipart/form-data) with the file.")
        return
    if request.endpoint in OF_ANYBODY:
        request.max_content_length = LARGEST_FORM
    if not request.is_json:
        raise Invalid("Send JSON with the header Content-Type: application/json.")
    try:
        check_fields(request.get_json())
    except RecursionError as error:
        raise Invalid("The body is nested too deeply.") from error
    except Unreadable as error:
        raise Invalid("The body is not JSON: correct its commas, quotes and brackets.") from error


def check_fields(body):
    """Raise Invalid where an object of the body, or of its list, has more fields than any that is known here."""
    for one in body if isinstance(body, list) else (body,):
        if isinstance(one, dict) and len(one) > MOST_FIELDS:
            raise Invalid(
                "The body holds {count} fields: at most {most} are known anywhere.", count=len(one), most=MOST_FIELDS
            )


def box(text):
    """Return (west, south, east, north) from ``W,S,E,N`` in degrees; None for no text.

    Raises
    ------
    Invalid
    """
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid("bbox must be west,south,east,north in degrees; {text} is not.", text=text) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid("bbox must be west,south,east,north in degrees; {text} is not.", text=text)
    return west, south, east, north
