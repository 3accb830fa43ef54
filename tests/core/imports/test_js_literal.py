"""Reading the literals of JavaScript, running nothing."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.imports.js_literal import DEEPEST, LONGEST, LiteralError, Regex, Unread, read_calls, read_objects


def value(source):
    """The value of one property."""
    (found,) = read_objects(f"x = {{a: {source}, end: 1}}")
    assert found.value["end"] == 1, "what comes after is read all the same"
    return found.value["a"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'it\\'s'", "it's"),
        ('"\\u00e9\\x41\\u{1F600}\\n"', "éA😀\n"),
        ("`plain\ntext`", "plain\ntext"),
        ("'a' + \"b\" + 'c'", "abc"),
        ("'a\\\nb'", "ab"),
        ("-1.5e2", -150),
        (".5", 0.5),
        ("0x1F", 31),
        ("!0", True),
        ("!1", False),
        ("[1, 'b', , [null], ]", [1, "b", [None]]),
        ("undefined", None),
        ("{'b-c': {d: true,},}", {"b-c": {"d": True}}),
        ("/^_ga[/]x\\/y$/gi", Regex("^_ga[/]x\\/y$", "gi")),
        ("/* { */ 1 // }\n", 1),
        ("'</script>'", "</script>"),
    ],
)
def test_literals_are_read(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "function () { return {a: 1}; }",
        "(x) => ({b: [1, 2}, ')'])".replace("2}", "2]}").replace("]}, ')'])", "]})"),
        "async () => { await f('}') }",
        "60 * 60 * 24",
        "'_gat_' + UA",
        "`a${ {b: '}'} }c`",
        "new RegExp('^_gat_.+$', 'i')",
        "location.hostname",
        "a ? 'b' : 'c'",
        "['x'].concat(more)",
        "process.env.X || 'y'",
    ],
)
def test_what_is_no_literal_comes_back_in_its_own_words(source):
    read = value(source)
    assert isinstance(read, Unread)
    assert read.source.split() == source.split()


def test_methods_spreads_and_shorthands_are_passed_over():
    (found,) = read_objects(
        "run({ go() { return '}' }, get x() { return 1 }, ...rest, short, [computed]: 2, last: 3 })"
    )
    assert found.value["last"] == 3
    assert isinstance(found.value["go"], Unread)
    assert found.before == "run ("


def test_json_is_a_part_of_it():
    document = {"a": [1, 2.5, None, True, 'é"\\\n'], "b": {"c": {}}}
    assert [found.value for found in read_objects(json.dumps(document))] == [document]


def test_a_block_is_no_object():
    assert read_objects("if (x) { y = 1; } function f() { return; }") == []


def test_calls_are_found_with_their_arguments():
    source = "(t.job = t.job || []).push('a', {b: 1}); t.job.push('c'); pushed('d')"
    assert read_calls(source, "push") == [["a", {"b": 1}], ["c"]]
    assert read_calls(source, "job.push") == [["c"]]


@pytest.mark.parametrize("source", ["x = {a: 'never", "/* never", "x = `never ${", "x = {a: " + "[" * (DEEPEST * 3)])
def test_what_never_ends_is_refused(source):
    with pytest.raises(LiteralError):
        read_objects(source)


def test_too_much_is_refused():
    with pytest.raises(LiteralError, match="more than"):
        read_objects("x" * (LONGEST + 1))


HOSTILE = {
    "a text of line ends": "x = '" + "\\\n" * 60_000,
    "slashes": "=/[" * 80_000,
    "objects one after the other": "={}x" * 60_000,
    "objects in brackets": "({a:" * 60_000,
    "comments": "/*/" * 80_000,
    "backquotes": "`${" * 80_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_was_made_to_take_long_does_not(source):
    begun = time.process_time()
    with contextlib.suppress(LiteralError):
        read_objects(source)
    assert time.process_time() - begun < 10, "a second or two, on a machine that has nothing else to do"


def test_nothing_is_run(tmp_path):
    trap = tmp_path / "trap"
    value(f"(function() {{ require('fs').writeFileSync('{trap}', 'x') }})()")
    value(f"__import__('os').system('touch {trap}')")
    assert not trap.exists()


@given(st.text(alphabet="{}[]()'\"`/\\*,:;=+-.$ab1 \n<>!?", max_size=60))
def test_whatever_comes_it_ends(source):
    try:
        read_objects(source)
        read_calls(source, "a")
    except LiteralError:
        return


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_every_json_reads_as_itself(inner):
    document = {"value": inner}
    assert [found.value for found in read_objects(json.dumps(document))] == [document]
