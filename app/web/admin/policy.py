"""What the pages of the desk may load: their own style sheet, script and images, and nothing else."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
OWN_SERVER = "connect-src 'self'"
"""What a page adds to its policy whose scripts ask the desk (``app.web.admin.live``)."""
WITH_SAVING = f"{POLICY}; {OWN_SERVER}"
"""For a page whose script saves what was moved there without leaving it."""
WITH_FRAME = f"{POLICY}; frame-src 'self'"
"""For a page with a frame of the desk's own, which has a stricter policy (``app.core.redraw``)."""
