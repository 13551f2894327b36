"""Runs localstripe for the tests: on a free port of the loopback only, which is printed, and without its file in /tmp."""

import socket

from aiohttp import web
from localstripe import resources, server

resources.Store.dump_to_disk = lambda store: None
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
web.run_app(server.app, sock=listener, print=None, access_log=None)
