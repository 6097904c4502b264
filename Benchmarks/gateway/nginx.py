"""nginx twice: as the upstream with canned answers, and as the plain reverse proxy that is the floor."""

import os
from pathlib import Path

import canned
from stage import accepts, free_port, wait_until

MODULES = Path("/usr/lib/nginx/modules")


class Canned:
    """An upstream of which each port answers in one way: whole, streamed in one piece, streamed in pieces.

    In one piece the hundred chunks are there at once, as a fast network gives them; in pieces each is written, and
    flushed, on its own.
    """

    def __init__(self, processes, place):
        self.whole, self.streamed, self.pieces = free_port(), free_port(), free_port()
        files = place / "streams"
        files.mkdir()
        for dialect in canned.PATH:
            (files / dialect).write_text("".join(canned.streamed(dialect)))
        start(processes, place, "upstream", self.servers(files))
        wait_until("the canned upstream", lambda: all(map(accepts, (self.whole, self.streamed, self.pieces))))

    def servers(self, files):
        text = ""
        for port, answer in ((self.whole, whole), (self.streamed, in_one_piece), (self.pieces, in_pieces)):
            locations = "".join(
                f"    location = {canned.PATH[dialect]} {{ {answer(dialect)} }}\n" for dialect in canned.PATH
            )
            # A file answers GET alone; an error's page is asked for by GET. Streams have no length: sub_filter
            # takes it away.
            text += f"""
  server {{
    listen 127.0.0.1:{port} reuseport;
{locations}
    location / {{
      internal; root {files}; types {{}} default_type text/event-stream; {IDENTITY}
      open_file_cache max=16; sub_filter_types text/event-stream; sub_filter nothing-of-the-kind "";
    }}
  }}
"""
        return text


IDENTITY = "add_header request-id req_canned; add_header x-request-id req_canned;"


def whole(dialect):
    return f"default_type application/json; {IDENTITY} return 200 '{canned.whole(dialect)}';"


def in_one_piece(dialect):
    return f"error_page 405 =200 /{dialect}; return 405;"


def in_pieces(dialect):
    lines = (piece.replace("\n", "\\n") for piece in canned.streamed(dialect))
    echoes = "".join(f"echo -n '{line}'; echo_flush; " for line in lines)
    return f"default_type text/event-stream; {IDENTITY} {echoes}"


class Proxy:
    """`proxy_pass` with connections kept alive on both sides, and nothing held back."""

    def __init__(self, processes, place, targets):
        """`targets` are the ports to pass on to; `ports` says where each is reached."""
        self.ports = {target: free_port() for target in targets}
        text = ""
        for target, port in self.ports.items():
            text += f"""
  upstream to_{target} {{ server 127.0.0.1:{target}; keepalive 2048; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} reuseport;
    location / {{
      proxy_pass http://to_{target};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 600s;
      client_max_body_size 64m;
    }}
  }}
"""
        self.process = start(processes, place, "proxy", text)
        wait_until("nginx as a proxy", lambda: all(accepts(port) for port in self.ports.values()))


def start(processes, place, name, servers):
    home = place / name
    home.mkdir()
    for folder in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (home / folder).mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    echo = "".join(f"load_module {path};\n" for path in [MODULES / "ngx_http_echo_module.so"] if path.exists())
    (home / "nginx.conf").write_text(f"""
{echo}{user}
worker_processes auto;
daemon off;
pid {home}/nginx.pid;
error_log {home}/error.log warn;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi;
  scgi_temp_path {home}/scgi;
  tcp_nodelay on;
{servers}
}}
""")
    return processes.start(["nginx", "-p", home, "-e", home / "error.log", "-c", home / "nginx.conf"], home / "log")
