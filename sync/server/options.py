"""The command line of the server as its configuration; what is secret may stand in the environment instead."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from sync.server.config import Config


def parsed(arguments: Sequence[str] | None) -> Config:
    """The configuration that a command line asks for; ends the program with a sentence when it makes no sense."""
    parser = argparse.ArgumentParser(prog="python -m sync.server", description="A server that keeps circles in step.")
    _about_data(parser)
    _about_calls(parser)
    given = parser.parse_args(arguments)
    if bool(given.tls_cert) != bool(given.tls_key):
        parser.error("--tls-cert and --tls-key belong together")
    return Config(
        data=given.data,
        database=given.database,
        spaces_apart=given.circles_apart,
        host=given.host,
        port=given.port,
        registration_token=given.token or None,
        metrics_token=given.metrics_token or None,
        max_spaces=given.max_spaces,
        space_quota_bytes=given.quota_mb << 20,
        blobs=given.blobs,
        max_waiting=given.waiting,
        device_per_second=given.device_rate,
        address_per_second=given.address_rate,
        max_connections=given.connections,
        proxies=tuple(given.trust_proxy),
        tls_cert=given.tls_cert,
        tls_key=given.tls_key,
        log_level=given.log_level,
        log_format=given.log_format,
    )


def _about_data(parser: argparse.ArgumentParser) -> None:
    add, known = parser.add_argument, os.environ.get
    add("--data", type=Path, required=True, help="folder of the database")
    add(
        "--database",
        default=known("CIRCLES_DATABASE", ""),
        help="postgresql://… for one or several server processes; left out: a SQLite file in DATA",
    )
    add("--circles-apart", action="store_true", help="commit each circle alone: for a distributed PostgreSQL")
    add("--blobs", default="", help="sealed files: a folder, or s3://bucket/prefix (AWS_* variables)")
    add("--token", default=known("CIRCLES_TOKEN"), help="asked of whoever founds a circle")
    add("--max-spaces", type=int, default=100_000)
    add("--quota-mb", type=int, default=1024, help="room for one circle")


def _about_calls(parser: argparse.ArgumentParser) -> None:
    add, known = parser.add_argument, os.environ.get
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8440, help="0 takes any free port")
    add("--tls-cert", default="", help="certificate chain (PEM); without it, let a proxy speak TLS")
    add("--tls-key", default="", help="its private key (PEM)")
    add(
        "--trust-proxy",
        action="append",
        default=["127.0.0.1", "::1"],
        help="address or network of a proxy whose X-Forwarded-For counts; may be given again",
    )
    add("--waiting", type=int, default=500, help="how many may wait for news at once; 0: nobody")
    add("--connections", type=int, default=2000, help="connections at once; one address gets a quarter")
    add(
        "--device-rate",
        type=float,
        default=20,
        help="requests a second of one device, in bursts of 20 times that; 0: any",
    )
    add("--address-rate", type=float, default=200, help="the same for one address, behind which a whole hall may sit")
    add("--metrics-token", default=known("CIRCLES_METRICS_TOKEN"), help="opens GET /metrics to who brings it")
    add("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    add("--log-format", default="text", choices=["text", "json"])
