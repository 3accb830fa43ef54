"""How gunicorn serves Placet. Every line can be overridden on gunicorn's command line or in GUNICORN_CMD_ARGS."""

import os
import sys
import traceback

from gunicorn.glogging import Logger


class QuietLogger(Logger):
    """Gunicorn's log without what clients send (address, URI, header), and without the words of the database."""

    def warning(self, msg, *args, **kwargs):
        """Log a warning; of a request that cannot be read, only that there was one."""
        if str(msg).startswith("Invalid request from"):
            msg, args = "Invalid request: refused before it reached the application", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        """Log the present error; of the request in which it happened, nothing."""
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling request", ()
        # Not imported here: the parent process would keep it, and its children after a reload. Where it is not loaded, no
        # error can be the database's.
        describe = getattr(sys.modules.get("app.db"), "describe_error", None)
        what = describe(sys.exc_info()[1]) if describe else traceback.format_exc()
        self.error("%s\n%s", msg % args if args else msg, what, **kwargs)


def post_fork(server, worker):
    """Tell the application how many threads it has: only so many may wait for a database that does not answer."""
    os.environ["PLACET_THREADS"] = str(worker.cfg.threads)


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
logger_class = QuietLogger
# A socket through which a running gunicorn takes orders. Nothing here needs it; signals do.
control_socket_disable = True
