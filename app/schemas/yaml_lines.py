"""On which line of a YAML text something stands."""

from collections.abc import Sequence

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def line_of(text: str, steps: Sequence[str | int]) -> int:
    """Return the line, counted from 1, of what stands at ``steps`` in a YAML text that can be read.

    Where it is missing, the line of what it is missing in; 1 when that is the whole text.
    """
    node = yaml.compose(text, Loader=_Loader)
    line = 1
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == step), None)
            mark = found[0].start_mark if found else None
            inner = found[1] if found else None
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            inner = node.value[step]
            mark = inner.start_mark
        else:
            return line
        if mark is None:
            return line
        node, line = inner, mark.line + 1
    return line
