"""A gRPC proxy that knows Heartbeat calls from others: it can end them with any status, and refuse new ones."""
import threading
from concurrent import futures

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

HEARTBEAT = "/pulsewatch.v1.HeartbeatService/Heartbeat"
DETAILS = "grpc-status-details-bin"


def status_of(code, reason, retry_after):
    """The trailers of a status with the details that a Pulsewatch server attaches."""
    details = [error_details_pb2.ErrorInfo(reason=reason, domain="pulsewatch.io")]
    if retry_after:
        delay = duration_pb2.Duration(seconds=retry_after)
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    status = status_pb2.Status(code=code.value[0], message="The harness made this up.")
    for detail in details:
        status.details.append(any_pb2.Any())
        status.details[-1].Pack(detail)
    return status.SerializeToString()


class Meddler(grpc.GenericRpcHandler):
    """Passes every call on as bytes. Thread-safe."""

    def __init__(self, server):
        self.lock, self.open, self.ends = threading.Condition(), set(), {}
        self.refusal, self.begun = None, 0
        self.channel = grpc.insecure_channel(server, [("grpc.enable_http_proxy", 0)])
        self.server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[self])
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def service(self, details):
        return grpc.stream_stream_rpc_method_handler(
            lambda requests, context: self._pass_on(details.method, requests, context))

    def await_calls(self, count, seconds):
        """Waits until so many Heartbeat calls have begun, ended ones included."""
        with self.lock:
            return self.lock.wait_for(lambda: self.begun >= count, seconds)

    def end_all(self, code, reason):
        """Ends the Heartbeat calls that are open."""
        with self.lock:
            for call in self.open:
                self.ends[call] = (code, reason, 0)
                call.cancel()

    def refuse(self, code, reason, retry_after):
        """Ends them, and all that come until `relent`."""
        with self.lock:
            self.refusal = (code, reason, retry_after)
            for call in self.open:
                self.ends[call] = self.refusal
                call.cancel()

    def relent(self):
        with self.lock:
            self.refusal = None

    def stop(self):
        self.server.stop(0)
        self.channel.close()

    def _pass_on(self, method, requests, context):
        with self.lock:
            refusal = self.refusal if method == HEARTBEAT else None
        if refusal:
            self._abort(context, refusal)
        call = self.channel.stream_stream(method)(requests)
        context.add_callback(call.cancel)
        if method == HEARTBEAT:
            with self.lock:
                self.open.add(call)
                self.begun += 1
                self.lock.notify_all()
        try:
            yield from call
        except grpc.RpcError as error:
            with self.lock:
                end = self.ends.pop(call, None)
            if end:
                self._abort(context, end)
            context.set_trailing_metadata(error.trailing_metadata() or ())
            context.abort(error.code(), error.details())
        finally:
            with self.lock:
                self.open.discard(call)

    @staticmethod
    def _abort(context, end):
        context.set_trailing_metadata(((DETAILS, status_of(*end)),))
        context.abort(end[0], "The harness made this up.")
