"""The figures of the bridge in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.watch.sample import Sample
from bridge.watch.stages import StageSeen

PREFIX = "interlock_bridge_"


class _Figures(Collector):
    def __init__(
        self,
        sample: Sample | None,
        stages: Mapping[str, StageSeen],
        pass_age: float,
        *,
        ready: bool,
    ) -> None:
        self._sample = sample
        self._stages = stages
        self._pass_age = pass_age
        self._ready = ready

    def collect(self) -> Iterable[Metric]:
        yield _gauge(
            "ready", "1 when everything advances that has something to do", int(self._ready)
        )
        yield _gauge("pass_age_seconds", "since the last pass began", self._pass_age)
        yield _counters(
            "stage_runs", "runs of a stage", "stage", {n: s.runs for n, s in self._stages.items()}
        )
        yield _counters(
            "stage_failures",
            "runs of a stage that failed",
            "stage",
            {n: s.failures for n, s in self._stages.items()},
        )
        yield _counters(
            "stage_seconds",
            "spent in a stage",
            "stage",
            {n: s.seconds for n, s in self._stages.items()},
        )
        if self._sample is not None:
            yield from _of(self._sample)


def exposition(
    sample: Sample | None, stages: Mapping[str, StageSeen], pass_age: float, *, ready: bool
) -> bytes:
    """All figures as Prometheus scrapes them. Without a sample only those of the daemon itself."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(sample, stages, pass_age, ready=ready))
    return generate_latest(registry)


def _of(sample: Sample) -> Iterable[Metric]:
    yield _gauge("node_up", "1 when the node answers", int(sample.head is not None))
    if sample.head is not None:
        yield _gauge("head_block", "newest block of the node", sample.head)
    yield _gauge("block", "newest block that was read", sample.block)
    yield _gauge("documents", "newest document of the ERP", sample.documents)
    yield _gauge("documents_read", "newest document that was read", sample.reported)
    yield _gauge("documents_unanchored", "documents without an anchor", sample.unanchored)
    yield _gauge("events_to_book", "events that wait to be booked", sample.to_book)
    yield _gauge("calls_due", "calls that are due and were not sent", sample.due[0])
    if sample.audited is not None:
        audited = sample.audited
        yield _gauge("audit_age_seconds", "since the newest audit", audited.age)
        yield _gauge("audit_differences", "that the newest audit found", audited.differences)
        if audited.whole_age is not None:
            text = "since an audit read everything"
            yield _gauge("whole_audit_age_seconds", text, audited.whole_age)
    yield _gauges("in_flight", "transactions under way", "signer", sample.in_flight)
    yield _gauges("inbox", "events by status", "status", sample.inbox)
    yield _gauges("outbox", "calls by status", "status", sample.outbox)
    yield _gauges("parked", "rows that wait for a person", "what", sample.parked)
    yield _counters("alarms", "alarms by kind", "kind", sample.alarms)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, text, value=value)


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(PREFIX + name, text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
