"""A collector of traces on 127.0.0.1: takes OTLP over HTTP, and keeps what it is told."""

import gzip
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)


class Collector:
    def __init__(self, status=200):
        self.status = status
        self.headers = []
        self.bodies = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                outer.headers.append({k.lower(): v for k, v in self.headers.items()})
                outer.bodies.append(body)
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"

    def spans(self):
        """Every span as (name, its trace, its parent, its attributes, whether it failed)."""
        found = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found += map(_told, scope.spans)
        return found

    def resources(self):
        return [
            {one.key: one.value.string_value for one in resource.resource.attributes}
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        ]


def _told(span):
    values = {
        one.key: getattr(one.value, one.value.WhichOneof("value"))
        for one in span.attributes
    }
    seconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
    return {
        "name": span.name,
        "id": span.span_id.hex(),
        "trace": span.trace_id.hex(),
        "parent": span.parent_span_id.hex(),
        "attributes": values,
        "failed": span.status.code == 2,
        "events": list(span.events),
        "seconds": seconds,
    }


@contextmanager
def a_collector(status=200):
    made = Collector(status)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()
