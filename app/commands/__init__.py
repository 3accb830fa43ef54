"""Groups of commands of ``placet`` (``app.cli``), a file each."""
