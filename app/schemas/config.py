"""The shape of a config document: read, checked as a whole, filled in, and written as YAML (``docs/config.md``)."""

from typing import Any, cast

from marshmallow import RAISE, Schema, fields, missing, validate

from app.core.catalog import Catalog
from app.core.documents import ConfigDocument
from app.core.lint import ConfigError as ConfigError
from app.core.lint import Problem, lint, path_order
from app.core.lint_steps import MAX_STEP_LENGTH, MAX_STEPS
from app.core.look import RADII
from app.core.regimes import RegimeTable
from app.core.say import say
from app.core.take_over import TOOLS
from app.core.texts import BuiltinTexts
from app.schemas.config_fields import (
    COLOR,
    COUNTRY,
    ID,
    LANGUAGE,
    MAX_TEXT,
    MESSAGES,
    Flag,
    FormatNumber,
    LocalizedField,
    Text,
    TextMap,
    TextOverrides,
    Word,
    coded,
    day,
    duration,
    pattern,
    storage_lifetime,
)
from app.schemas.config_problems import follows_from, shape_problems
from app.schemas.config_yaml import in_order, write_yaml
from app.schemas.config_yaml import read_config_yaml as read_config_yaml

MAX_CATEGORIES = 24
MAX_TRACKERS = 200
_LIST_MESSAGES: dict[str, Any] = {**MESSAGES, "invalid": coded("wrong_type", say("Must be a list."))}
_ID = pattern(ID, say("An id is a-z, 0-9 and -, begins with a letter and has at most 32 characters."))
_COLOR = pattern(COLOR, say("A colour is written #rrggbb, such as #0b5d45."))
_COUNTRY = pattern(COUNTRY, say("A country is its ISO 3166-1 alpha-2 code, such as IE."))
_LANGUAGE = pattern(LANGUAGE, LocalizedField.expected)


class _Shape(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": coded("unknown_key", say("There is no such key. Check its spelling against docs/config.md.")),
        "type": coded("wrong_type", say("Must be a mapping.")),
    }


def _nested(shape: type[Schema], **kwargs: Any) -> fields.Nested:
    return fields.Nested(shape, error_messages={**MESSAGES, "type": _Shape.error_messages["type"]}, **kwargs)


def _list(inner: fields.Field[Any], longest: int = 100, **kwargs: Any) -> fields.List[Any]:
    checks = validate.Length(max=longest, error=coded("too_long", say("At most {longest} entries.", longest=longest)))
    return fields.List(inner, error_messages=_LIST_MESSAGES, validate=checks, **kwargs)


class AuthorityShape(_Shape):
    name = Text(required=True)
    url = Text(required=True, longest=MAX_TEXT)


class ControllerShape(_Shape):
    name = Text(required=True)
    address = Text(required=True, longest=500)
    contact = Text(required=True, longest=500)
    dpo = Text(load_default=None, allow_none=True, longest=500)
    authority = _nested(AuthorityShape, load_default=None, allow_none=True)


class RecipientShape(_Shape):
    name = Text(required=True)
    role = Word("controller", "processor", "joint_controller", required=True)
    country = Text(required=True, validate=_COUNTRY)
    safeguard = Text(load_default=None, allow_none=True)


class DataItemShape(_Shape):
    name = LocalizedField(required=True)
    retention = Text(required=True, validate=duration)


class MatchShape(_Shape):
    host = Text(required=True, longest=253)
    path = Text(load_default="/", longest=500)


class StorageItemShape(_Shape):
    kind = Word("cookie", "local", "session", "indexeddb", required=True)
    name = Text(required=True)
    lifetime = Text(required=True, validate=storage_lifetime)
    domain = Text(load_default=None, allow_none=True, longest=253)


class CategoryShape(_Shape):
    id = Text(required=True, validate=_ID)
    name = LocalizedField(required=True, longest=60)
    description = LocalizedField(required=True)
    follows = Text(load_default=None, allow_none=True)


class SignalsShape(_Shape):
    default = _list(Text(longest=MAX_STEP_LENGTH), MAX_STEPS, load_default=list)
    decision = _list(Text(longest=MAX_STEP_LENGTH), MAX_STEPS, load_default=list)
    granted = _list(Text(longest=MAX_STEP_LENGTH), MAX_STEPS, load_default=list)
    gpp = Flag(load_default=False)


class TrackerShape(_Shape):
    id = Text(required=True, validate=_ID)
    category = Text(required=True)
    kind = Word("browser", "loader", "server", "declared", load_default="browser")
    via = Text(load_default=None, allow_none=True)
    name = Text(required=True)
    vendor = Text(required=True)
    purpose = LocalizedField(required=True)
    legal_basis = Word("consent", "contract", "legitimate_interest", "legal_obligation", load_default="consent")
    data = _list(_nested(DataItemShape), required=True)
    recipients = _list(_nested(RecipientShape), required=True)
    sale_share = Flag(load_default=None)
    match = _list(_nested(MatchShape), load_default=list)
    storage = _list(_nested(StorageItemShape), load_default=list)
    stop = _list(Text(longest=MAX_STEP_LENGTH), MAX_STEPS, load_default=list)
    signals = _nested(SignalsShape, load_default=dict)
    exempt_in = _list(Text(), load_default=list)


class LifetimesShape(_Shape):
    granted = Text(load_default="P6M", validate=duration)
    refused = Text(load_default="P6M", validate=duration)


_SPARSE = {"sparse": True}


class _SparseShape(_Shape):
    """What may be left out of it is not filled in: a config that says nothing of it stays as it is, byte for byte."""


class PaletteShape(_Shape):
    surface = Text(required=True, validate=_COLOR)
    ink = Text(required=True, validate=_COLOR)
    fill = Text(required=True, validate=_COLOR)
    on_fill = Text(required=True, validate=_COLOR)


class ColorsShape(_SparseShape):
    light = _nested(PaletteShape, allow_none=True)
    dark = _nested(PaletteShape, allow_none=True)


class LookShape(_SparseShape):
    layout = Word("corner", "bar", "modal", "inline", load_default="corner")
    side = Word("start", "end", allow_none=True)
    radius = Word(*RADII, allow_none=True)
    colors = _nested(ColorsShape, allow_none=True)
    logo = Text(allow_none=True, longest=500)


class AskedBeforeShape(_Shape):
    id = Text(required=True)
    asked_as = _list(Text(), required=True)


# The functional form: `from` is a word of Python.
TakeOverShape = _Shape.from_dict(
    {
        "from": Word(*TOOLS, required=True),
        "name": Text(load_default=None, allow_none=True),
        "kept": Text(load_default=None, allow_none=True, validate=duration),
        "until": Text(required=True, validate=day),
        "delete": Flag(load_default=False),
        "trackers": _list(_nested(AskedBeforeShape), MAX_TRACKERS, required=True),
    },
    name="TakeOverShape",
)


class ConfigShape(_Shape):
    format = FormatNumber(required=True)
    name = Text(required=True)
    origins = _list(Text(longest=300), required=True)
    controller = _nested(ControllerShape, required=True)
    policy_url = Text(required=True, longest=MAX_TEXT)
    languages = _list(Text(validate=_LANGUAGE), required=True)
    regime = Text(load_default="location")
    lifetimes = _nested(LifetimesShape, load_default=dict)
    retention = Text(load_default="P5Y", validate=duration)
    notice_period = Text(load_default="P30D", validate=duration)
    choice_per_tracker = Flag(load_default=False)
    cookie_domain = Text(load_default=None, allow_none=True, longest=253)
    look = _nested(LookShape, load_default=dict)
    csp_sources = _list(Text(longest=300), load_default=list)
    take_over = _nested(TakeOverShape, allow_none=True, metadata=_SPARSE)
    texts = TextOverrides(load_default=dict)
    texts_read = LocalizedField(load_default=dict)
    categories = _list(_nested(CategoryShape), MAX_CATEGORIES, required=True)
    trackers = _list(_nested(TrackerShape), MAX_TRACKERS, required=True)


CONFIG = ConfigShape()


def parse_config(
    data: Any, table: RegimeTable, texts: BuiltinTexts, catalog: Catalog | None = None
) -> tuple[ConfigDocument, list[Problem]]:
    """Read a config document from parsed YAML or JSON: return it filled in, and its warnings.

    ``catalog`` is for what it knows better (``app.core.lint_known``); those are warnings.
    Raises ``ConfigError`` with every error at once, those of shape and those of ``app.core.lint``, each with its path.
    """
    if not isinstance(data, dict):
        raise ConfigError(
            [Problem("", "wrong_type", say("A config is a mapping; it begins with `format: 1`."), "error")]
        )
    shape = list(shape_problems(CONFIG.validate(data)))
    document = fill_defaults(data)
    wrong = {problem.path for problem in shape}
    found = lint(document, table, texts, catalog)
    problems = shape + [problem for problem in found if not follows_from(problem.path, wrong)]
    problems.sort(key=lambda problem: path_order(problem.path, tuple(CONFIG.fields)))
    if any(problem.level == "error" for problem in problems):
        raise ConfigError(problems)
    return document, problems


def fill_defaults(data: Any) -> ConfigDocument:
    """Return a document of the right shape whatever ``data`` is, with defaults and blanks where something is missing.

    So a draft can be shown and edited while it is wrong; ``parse_config`` says what is. Unknown keys are left out.
    """
    return cast(ConfigDocument, _filled_mapping(CONFIG, data))


def write_config_yaml(document: Any) -> str:
    """Write a document as YAML: keys in the order of ``docs/config.md``, whatever order they are stored in.

    What it lacks stays away and what is unknown stays. ``read_config_yaml`` gives back the same values.
    """
    return write_yaml(in_order(document, fill_defaults(document)))


def _filled_mapping(schema: Schema, data: Any) -> dict[str, Any]:
    given = data if isinstance(data, dict) else {}
    filled = {
        name: _filled(field, given.get(name, missing))
        for name, field in schema.fields.items()
        if given.get(name) is not None or not _is_sparse(schema, field)
    }
    if isinstance(schema, TrackerShape) and not isinstance(filled["sale_share"], bool):
        filled["sale_share"] = bool(filled["recipients"])  # what no third party receives is not sold or shared
    return filled


def _is_sparse(schema: Schema, field: fields.Field[Any]) -> bool:
    """Whether a field that is missing stays away: what came later does, so that old versions stay what they are."""
    return field.metadata == _SPARSE or (field.load_default is missing and isinstance(schema, _SparseShape))


def _filled(field: fields.Field[Any], value: Any) -> Any:
    """Return ``value`` if its type is the field's, else the default, else a blank."""
    if value is missing and field.load_default is not missing:
        value = field.load_default() if callable(field.load_default) else field.load_default
    if value is None and field.allow_none:
        return None
    if isinstance(field, fields.Nested):
        return _filled_mapping(field.schema, value)
    if isinstance(field, fields.List):
        return [_filled(field.inner, item) for item in value] if isinstance(value, list) else []
    if isinstance(field, TextMap):
        return field.keep(value)
    if isinstance(field, Flag):
        return value if isinstance(value, bool) else field.load_default
    if isinstance(field, FormatNumber):
        return 1
    if isinstance(field, Word) and value not in field.words:
        return field.load_default if isinstance(field.load_default, str) else field.words[0]
    return value if isinstance(value, str) else ""
