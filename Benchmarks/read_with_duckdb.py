"""Sums the usage of every call below a directory with DuckDB on one thread; prints the calls."""

import sys

import duckdb

QUERY = """
WITH calls AS (
  SELECT message.id AS id, max(message.usage.input_tokens) AS input, max(message.usage.output_tokens) AS output,
    max(message.usage.cache_read_input_tokens) AS cache_read,
    max(message.usage.cache_creation_input_tokens) AS cache_write
  FROM read_json(?, format = 'newline_delimited', maximum_object_size = 134217728, ignore_errors = true,
    columns = {'type': 'VARCHAR', 'message': 'STRUCT(id VARCHAR, model VARCHAR, usage STRUCT(
      input_tokens BIGINT, output_tokens BIGINT, cache_read_input_tokens BIGINT,
      cache_creation_input_tokens BIGINT))'})
  WHERE type = 'assistant' AND message.usage IS NOT NULL GROUP BY 1)
SELECT count(*), sum(input), sum(output), sum(cache_read), sum(cache_write) FROM calls
"""

connection = duckdb.connect()
connection.execute("SET threads = 1")
print(connection.execute(QUERY, [sys.argv[1] + "/.claude/projects/*/*.jsonl"]).fetchall()[0])
