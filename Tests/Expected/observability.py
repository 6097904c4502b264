#!/usr/bin/env python3
"""Reads what the Observability tests wrote (ASSAY_OBSERVABILITY_OUT) with the parsers that others use.

  pip install prometheus_client opentelemetry-proto
  observability.py DIRECTORY

*.prom       prometheus_client's parser, and `promtool check metrics` where promtool is installed
*.otlp.json  protobuf's JSON reader as opentelemetry-proto's ExportTraceServiceRequest; unknown fields are errors
"""
import base64, json, pathlib, shutil, subprocess, sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families


def with_base64_ids(value):
    """OTLP's JSON form writes ids in hexadecimal where protobuf's writes base64: the one difference."""
    if isinstance(value, list):
        return [with_base64_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(item)).decode() if key in ("traceId", "spanId", "parentSpanId")
        else with_base64_ids(item)
        for key, item in value.items()
    }


def check_spans(path):
    request = json_format.ParseDict(with_base64_ids(json.loads(path.read_bytes())), ExportTraceServiceRequest())
    spans = [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
    for span in spans:
        assert len(span.trace_id) == 16 and any(span.trace_id), path
        assert len(span.span_id) == 8 and any(span.span_id), path
        assert len(span.parent_span_id) in (0, 8), path
        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano and span.name, path
    names = [a.value.string_value for r in request.resource_spans for a in r.resource.attributes if a.key == "service.name"]
    assert len(names) == len(request.resource_spans) and all(names), path
    # What protobuf writes back must say the same: nothing was dropped on reading.
    again = ExportTraceServiceRequest.FromString(request.SerializeToString())
    assert again == request
    return len(spans)


def check_metrics(path):
    text = path.read_text()
    families = list(text_string_to_metric_families(text))
    samples = [s for f in families for s in f.samples]
    assert len(samples) == sum(1 for line in text.split("\n") if line and not line.startswith("#")), path
    assert all(f.documentation and f.type in ("counter", "gauge", "histogram") for f in families), path
    if shutil.which("promtool"):
        result = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
        assert result.returncode == 0, result.stderr + result.stdout
    return len(samples)


def main():
    directory = pathlib.Path(sys.argv[1])
    bodies, scrapes = sorted(directory.glob("*.otlp.json")), sorted(directory.glob("*.prom"))
    if not bodies or not scrapes:
        sys.exit(f"nothing to check in {directory}: run the tests with ASSAY_OBSERVABILITY_OUT={directory} first")
    spans, samples = sum(map(check_spans, bodies)), sum(map(check_metrics, scrapes))
    print(f"{len(bodies)} exports with {spans} spans, {len(scrapes)} scrapes with {samples} samples: all read")


main()
