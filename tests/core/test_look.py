import json

import pytest

from app.core.canonical import canonical_bytes
from app.core.lint import lint
from app.core.look import look_sheet
from app.core.rules import public_config, widget_config
from app.data import load_regimes, load_texts
from app.schemas.config import fill_defaults, parse_config, write_config_yaml
from tests.core.config_documents import good_document
from tests.core.test_rules import served

GREEN = {"surface": "#fcfcfa", "ink": "#1b1f1d", "fill": "#0B5D45", "on_fill": "#ffffff"}
NIGHT = {"surface": "#121513", "ink": "#e8ebe8", "fill": "#7bd3b3", "on_fill": "#0b1f18"}
TABLE, TEXTS = load_regimes(), load_texts()


def problems(look, **changes):
    document = {**good_document(), "look": {"layout": "corner", **look}, **changes}
    return [(problem.path, problem.code) for problem in lint(document, TABLE, TEXTS) if "look" in problem.path]


def test_a_config_without_a_look_of_its_own_is_what_it_was_byte_for_byte():
    assert fill_defaults({})["look"] == {"layout": "corner"}
    given = {"layout": "bar", "side": None, "radius": None, "logo": None, "colors": {"light": None, "dark": GREEN}}
    assert fill_defaults({"look": given})["look"] == {"layout": "bar", "colors": {"dark": GREEN}}
    assert look_sheet({"layout": "modal"}) == ""
    for make in (widget_config, public_config):
        assert "look" not in served(make)


def test_a_look_is_in_what_the_loader_and_a_pinned_build_are_given():
    look = {"layout": "corner", "radius": "small", "colors": {"light": GREEN}}
    document, warnings = parse_config({**good_document(), "look": look}, TABLE, TEXTS)
    assert warnings == []
    assert document["look"] == look
    assert "#0B5D45" in write_config_yaml(document)
    for make in (widget_config, public_config):
        assert served(make, document=document)["look"] == look_sheet(look)


def test_the_sheet_has_one_pair_of_colours_for_all_buttons_and_black_and_white_where_a_scheme_is_left_out():
    sheet = look_sheet({"layout": "corner", "colors": {"light": GREEN}})
    assert "--placet-fill:light-dark(#0b5d45,CanvasText);" in sheet
    assert "--placet-on-fill:light-dark(#ffffff,Canvas);" in sheet
    assert "accept" not in sheet
    assert "reject" not in sheet
    both = look_sheet({"layout": "corner", "colors": {"light": GREEN, "dark": NIGHT}})
    assert "--placet-surface:light-dark(#fcfcfa,#121513);" in both


def test_corners_and_the_side_are_written_only_where_they_are_others():
    assert look_sheet({"layout": "corner", "side": "start", "radius": "medium"}) == ""
    assert look_sheet({"layout": "corner", "radius": "none"}) == "&{--placet-radius:0px}"
    assert "$banner[data-layout=corner]{inset-inline:auto 12px}" in look_sheet({"layout": "corner", "side": "end"})


def test_nothing_in_a_logos_address_ends_its_string_or_is_expanded_by_the_widget():
    sheet = look_sheet({"layout": "corner", "logo": 'https://www.example.com/a"b\\c)d&e$banner?f=1'})
    assert 'url("https://www.example.com/a\\22 b\\5c c\\29 d\\26 e\\24 banner\\3f f\\3d 1")' in sheet
    json.loads(canonical_bytes({"look": sheet}))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"ink": "#767676"}, [("ink", "faint_text")]),
        ({"on_fill": "#7bd3b3"}, [("on_fill", "faint_text")]),
        ({"fill": "#ffee58", "on_fill": "#222222"}, [("fill", "faint_button")]),
    ],
)
def test_what_cannot_be_read_or_seen_is_an_error_at_its_colour(changed, found):
    colors = {"light": GREEN, "dark": {**GREEN, **changed}}
    assert problems({"colors": colors}) == [(f"look.colors.dark.{name}", code) for name, code in found]


def test_a_logo_comes_from_the_site_itself():
    origins = ["https://www.example.com"]
    assert problems({"logo": "https://www.example.com/logo.svg?v=2"}, origins=origins) == []
    for other in ("https://cdn.example.net/logo.svg", "https://www.example.com.evil.example/logo.svg"):
        assert problems({"logo": other}, origins=origins) == [("look.logo", "foreign_logo")]
    for wrong in ("/logo.svg", "data:image/png;base64,AA", "https://www.example.com/a b", "https://[", "javascript:1"):
        assert problems({"logo": wrong}, origins=origins) == [("look.logo", "bad_url")]


def test_the_shape_of_a_look_is_held_to():
    look = {"layout": "corner", "side": "left", "radius": "4px", "colors": {"light": {"surface": "white"}, "sepia": {}}}
    with pytest.raises(Exception) as raised:
        parse_config({**good_document(), "look": look}, TABLE, TEXTS)
    found = {(problem.path, problem.code) for problem in raised.value.problems}
    assert {
        ("look.side", "invalid"),
        ("look.radius", "invalid"),
        ("look.colors.light.surface", "invalid"),
        ("look.colors.light.ink", "missing"),
        ("look.colors.sepia", "unknown_key"),
    } <= found
