"""What vendors are told of a choice: the ``signals`` of a tracker (``docs/config.md``), as the widget gets them."""

from typing import Any

from app.core.documents import Signals

# In JSON this is a whole text and nothing else: within a longer one its quotes would stand behind backslashes.
_ITSELF = '"?"'


def told_by_name(id_: str, signals: Signals) -> Signals:
    """Return ``signals`` in which a tracker that asks for itself (``?``) is named, so that equal steps say the same."""
    named = f'"?{id_}"'
    return {
        "default": [step.replace(_ITSELF, named) for step in signals["default"]],
        "decision": [step.replace(_ITSELF, named) for step in signals["decision"]],
        "granted": [step.replace(_ITSELF, named) for step in signals["granted"]],
        "gpp": signals["gpp"],
    }


def rename_in_signals(tracker: dict[str, Any], old: str, new: str) -> None:
    """Have the signals of a draft's tracker, whatever shape it has, ask for ``new`` where they ask for ``old``."""
    signals = tracker.get("signals")
    for steps in signals.values() if isinstance(signals, dict) else ():
        if isinstance(steps, list):
            steps[:] = [step.replace(f'"?{old}"', f'"?{new}"') if isinstance(step, str) else step for step in steps]
