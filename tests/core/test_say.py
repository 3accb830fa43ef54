import copy
import json

import pytest

from app.core.say import say, say_number


def test_what_is_said_is_a_string_that_knows_its_sentence():
    said = say("The category {id} is new.", id="analytics")
    assert said == "The category analytics is new."
    assert (said.template, said.values) == ("The category {id} is new.", {"id": "analytics"})
    assert json.dumps([said]) == '["The category analytics is new."]'
    assert copy.deepcopy(said).template == said.template


def test_a_number_chooses_the_sentence():
    assert say_number("{number} line changes.", "{number} lines change.", 1) == "1 line changes."
    assert say_number("{number} line changes.", "{number} lines change.", 0) == "0 lines change."


def test_a_name_in_braces_needs_a_value():
    with pytest.raises(KeyError, match="id"):
        say("The category {id} is new.")
