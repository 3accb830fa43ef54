"""What a button mends of a look: all pairs of colours that are faint, at once."""

import pytest

from tests.core.test_mending import dark, good_document, mended, problems_of, put

ALL = "Make all these colours stand out"


@pytest.mark.parametrize(
    ("colors", "label"),
    [
        ({"ink": "#222222", "fill": "#1a1a1a", "on_fill": "#222222"}, ALL),
        ({"ink": "#777777", "fill": "#888888", "on_fill": "#999999"}, ALL),
        ({"surface": "#777777", "ink": "#888888", "fill": "#777777", "on_fill": "#777777"}, ALL),
        ({"fill": "#1a1a1a", "on_fill": "#1b1b1b"}, "Draw buttons in the colour of the text"),
    ],
)
def test_whatever_is_faint_a_button_mends_all_pairs_of_the_scheme(colors, label):
    document = good_document()
    put(document, "look", dark(**colors))
    before = [problem for problem in problems_of(document) if problem.code.startswith("faint")]
    assert before
    for problem in before:
        made = mended(document, problem.path, problem.code)
        assert made.label == label
        assert not [one for one in problems_of(made.document) if one.code.startswith("faint")]
