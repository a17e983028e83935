"""Traces of OpenTelemetry, off unless its standard variables ask for them. What makes traces is loaded only then."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.errors import BadConfiguration

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
OTLP, CONSOLE, NONE = "otlp", "console", "none"
HTTP = "http/protobuf"
SERVICE = "interlock"  # where OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES name none


def exporter_of(environment: Mapping[str, str]) -> str:
    """Which exporter the variables ask for. Raises BadConfiguration for one that is not served."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return NONE
    named = any(environment.get(name) for name in ENDPOINTS)
    wanted = environment.get("OTEL_TRACES_EXPORTER") or (OTLP if named else NONE)
    if wanted not in {OTLP, CONSOLE, NONE}:
        raise BadConfiguration(f"OTEL_TRACES_EXPORTER is {wanted!r}; it is otlp, console or none")
    protocol = next((environment[name] for name in PROTOCOLS if environment.get(name)), HTTP)
    if wanted == OTLP and protocol != HTTP:
        raise BadConfiguration(f"{PROTOCOLS[1]} is {protocol!r}; only {HTTP} is served")
    return wanted


def begin(environment: Mapping[str, str]) -> None:
    """Turns traces on for this process where the variables ask for them. Raises BadConfiguration."""
    wanted = exporter_of(environment)
    if wanted == NONE:
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
    except ImportError as error:
        raise BadConfiguration(
            f"OTEL_TRACES_EXPORTER asks for traces, and {error.name} is not installed: "
            "pip install 'interlock[traces]', or set OTEL_SDK_DISABLED=true"
        ) from error
    resource = Resource.create()  # reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        resource = resource.merge(Resource({SERVICE_NAME: SERVICE}))
    provider = TracerProvider(resource=resource)  # ends, and sends the rest, with the process
    exporter = OTLPSpanExporter() if wanted == OTLP else ConsoleSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
