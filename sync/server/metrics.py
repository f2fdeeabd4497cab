"""Figures for the operator in Prometheus' format: counts, sizes and durations; nothing about anybody."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from sync import wire
from sync.server.auth import Refused

TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_JOBS = (1, 2, 4, 8, 16, 32, 64)
_STATUS = {wire.STORED: "stored", wire.KNOWN: "known", wire.REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one server process, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    changesets: Counter = field(init=False)
    refusals: Counter = field(init=False)
    stored_bytes: Counter = field(init=False)
    waiting: Gauge = field(init=False)
    group: Histogram = field(init=False)
    commit: Histogram = field(init=False)
    trouble: Counter = field(init=False)
    _known: dict[tuple[str, int], tuple[Counter, Histogram]] = field(default_factory=dict)
    _results: dict[int, Counter] = field(default_factory=dict)
    """Looking up a label costs more than counting."""

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        mine = self.registry
        put("requests", Counter("circles_requests", "Requests answered.", ("call", "status"), registry=mine))
        put("seconds", Histogram("circles_request_seconds", "Time to answer; without the calls that wait for news.",
                                 ("call",), buckets=_SECONDS, registry=mine))  # fmt: skip
        put("changesets", Counter("circles_changesets", "Pushed changesets by what became of them.", ("result",),
                                  registry=mine))  # fmt: skip
        put(
            "refusals",
            Counter("circles_refusals", "Refused changesets and requests by code.", ("code",), registry=mine),
        )
        put("stored_bytes", Counter("circles_stored_bytes", "Bytes of changesets kept.", registry=mine))
        put("waiting", Gauge("circles_waiting", "Requests that wait for news.", registry=mine))
        put(
            "group",
            Histogram("circles_commit_jobs", "Writes that were committed together.", buckets=_JOBS, registry=mine),
        )
        put("commit", Histogram("circles_commit_seconds", "Time of one commit.", buckets=_SECONDS, registry=mine))
        put(
            "trouble", Counter("circles_database_trouble", "Requests that the database could not serve.", registry=mine)
        )
        self._results.update({status: self.changesets.labels(word) for status, word in _STATUS.items()})
        ProcessCollector(registry=mine)

    def answered(self, call: str, status: int, seconds: float) -> None:
        known = self._known.get((call, status))
        if known is None:
            known = self._known[(call, status)] = self.requests.labels(call, status), self.seconds.labels(call)
        known[0].inc()
        if call != "events":
            known[1].observe(seconds)

    def pushed(self, results: Iterable[wire.PushResult], stored_bytes: int) -> None:
        for result in results:
            self._results[result.status].inc()
            if result.status == wire.REFUSED:
                self.refusals.labels(result.code).inc()
        self.stored_bytes.inc(stored_bytes)

    def committed(self, jobs: int, seconds: float) -> None:
        self.group.observe(jobs)
        self.commit.observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)


def check_token(header: str | None, token: str | None) -> None:
    """Let in who brings the operator's token; without one there is nothing here. Raises Refused."""
    given = (header or "").encode("utf-8", "replace")
    if token is None or not hmac.compare_digest(given, b"Bearer " + token.encode("utf-8")):
        raise Refused(404, "not_found")
