"""What the parser of YAML says is wrong, in words for people who write it now and then."""

from app.core.say import Said, say

_WORDS = (
    (
        "mapping values",
        say("A colon stands where none can be: put a text with a colon in quotes, or look at the indentation."),
    ),
    ("could not find expected ':'", say("Here is a text without a key. Is the line indented as it should be?")),
    (
        "found character",
        say("A text cannot begin with this sign: put it in quotes. A line is indented by spaces, never by tabs."),
    ),
    ("found a tab", say("A line is indented by spaces, never by tabs.")),
    (
        "did not find expected key",
        say("This line is indented otherwise than those that it belongs to, or something stands behind a quoted text."),
    ),
    (
        "did not find expected '-'",
        say("A list ends here in the middle: each of its lines begins with - and as far in."),
    ),
    ("did not find expected ',' or ']'", say("A list in [ ] is not closed, or lacks a comma.")),
    ("did not find expected ',' or '}'", say("A mapping in {{ }} is not closed, or lacks a comma.")),
    ("found unexpected end", say("A quote or a bracket is opened and not closed.")),
    ("block sequence", say("A list cannot begin here: begin it on a line of its own.")),
    (
        "found unknown escape",
        say("In double quotes a backslash begins a sign of its own, and this is none: use single quotes."),
    ),
    ("but found another document", say("A second document begins here, behind ---. There can be one only.")),
    ("did not find expected <document", say("Something stands here behind the end of the document.")),
)


def parser_words(problem: str | None) -> Said:
    """Return what is wrong in words of our own; what there are none for is told as the parser says it."""
    if isinstance(problem, Said):
        return problem
    said = (problem or "").casefold()
    found = next((words for begin, words in _WORDS if said.startswith(begin)), None)
    if found is not None:
        return found
    return say("This is not YAML. The parser says: {words}", words=problem) if problem else say("This is not YAML.")
