"""Traces are off unless the standard variables of OpenTelemetry ask for them, and then go where these say."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bridge.errors import BadConfiguration
from scripts.telemetry import CONSOLE, NONE, OTLP, begin, exporter_of

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        ({}, NONE),
        ({"OTEL_SERVICE_NAME": "bridge"}, NONE),
        (ENDPOINT, OTLP),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, OTLP),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, OTLP),
        ({"OTEL_TRACES_EXPORTER": "console"}, CONSOLE),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, NONE),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "true"}, NONE),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, OTLP),
    ],
)
def test_the_standard_variables_turn_traces_on(environment: dict[str, str], exporter: str) -> None:
    assert exporter_of(environment) == exporter


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "it is otlp, console or none"),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "only http/protobuf is served"),
    ],
)
def test_what_is_not_served_is_told(environment: dict[str, str], said: str) -> None:
    with pytest.raises(BadConfiguration, match=said):
        exporter_of(environment)


def test_what_makes_traces_is_asked_for_when_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(BadConfiguration, match=r"pip install .interlock\[traces\]"):
        begin(ENDPOINT)


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "", **environment},
    )
    return done.stdout.strip()


OFF = """
import os, sys
from scripts.telemetry import begin
import bridge.bootstrap, erp.app
from bridge.ring.tracing import tracer
from erp.api.traced import tracer as erps
begin(os.environ)
print(tracer(), erps(), [name for name in sys.modules if name.startswith("opentelemetry.sdk")])
"""


def test_nothing_is_loaded_while_traces_are_off() -> None:
    assert run(OFF) == "None None []"


ON = """
import os
from scripts.telemetry import begin
begin(os.environ)
from bridge.ring.tracing import tracer
with tracer().start_as_current_span("sent"):
    pass
"""


def test_spans_arrive_at_a_collector_when_the_process_ends() -> None:
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        run(ON, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_EXPORTER_OTLP_COMPRESSION="none")
    finally:
        server.shutdown()
        server.server_close()
    assert [path for path, _ in got] == ["/v1/traces"]
    assert b"sent" in got[0][1]
    assert b"interlock" in got[0][1]
