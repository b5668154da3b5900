"""A server to be balanced over: it says its name. `pulsewatch beat` around it does the rest:

    pulsewatch beat --service orders --id a --endpoint grpc=127.0.0.1:8081 -- python backend.py a 8081

A third argument: seconds that each call takes.
"""
import signal
import sys
import time
from concurrent import futures

import grpc
from google.protobuf.wrappers_pb2 import StringValue


def main(name, port, seconds):
    answer = StringValue(value=name)

    def answer_it(request, context):
        time.sleep(seconds)
        return answer

    who = grpc.unary_unary_rpc_method_handler(
        answer_it,
        request_deserializer=StringValue.FromString,
        response_serializer=StringValue.SerializeToString)
    # Without SO_REUSEPORT a port that is taken is an error.
    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("demo.Who", {"Ask": who})])
    if server.add_insecure_port(f"127.0.0.1:{port}") == 0:
        sys.exit(f"cannot listen on {port}")
    server.start()
    print(f"SERVING {name}", flush=True)
    signal.sigwait([signal.SIGTERM, signal.SIGINT])
    server.stop(1).wait()


if __name__ == "__main__":
    # A signal that is waited for must not end us before.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0)
