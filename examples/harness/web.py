"""A backend that speaks HTTP and says its name: web.py NAME PORT. On TERM it takes connections for a little while, and ends what it has."""
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GRACE = 0.5


class Who(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = NAME.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Web(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = False  # what has begun is ended


if __name__ == "__main__":
    NAME = sys.argv[1]
    web = Web(("127.0.0.1", int(sys.argv[2])), Who)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(
        target=lambda: (time.sleep(GRACE), web.shutdown())).start())
    print(f"SERVING {NAME}", flush=True)
    web.serve_forever(0.05)
    web.server_close()
