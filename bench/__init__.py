"""Measures Placet beside a minimal WSGI app in the same run. The figures and the command: docs/performance.md."""
