"""How gunicorn serves Placet. Every line can be overridden on gunicorn's command line or in GUNICORN_CMD_ARGS."""

import os

bind = os.environ.get("PLACET_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 32
timeout = 30
graceful_timeout = 15
keepalive = 5
# No access log: it would keep addresses and browsers of visitors.
accesslog = None
errorlog = "-"
