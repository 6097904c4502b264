"""LiteLLM's proxy, the peer: without a database, so that it keeps no keys and writes no spend down.

That is kinder to it than to Assay, which meters every call. It gets a worker for each core, as nginx and Assay do.
"""

import json
import os

import canned
from stage import answers, free_port, virtual_environment, wait_until

PACKAGES = ["litellm[proxy]==1.106.2"]
KEY = "sk-harness-not-a-default"


class LiteLLM:
    def __init__(self, processes, place, models, workers=None):
        """`models`: of each model its dialect and the port of its upstream."""
        home = virtual_environment("litellm", PACKAGES)
        self.port = free_port()
        entries = []
        for model, (dialect, port) in models.items():
            base = f"http://127.0.0.1:{port}" + ("/v1" if dialect == "openAI" else "")
            name = ("openai/" if dialect == "openAI" else "anthropic/") + model
            parameters = {"model": name, "api_base": base, "api_key": "sk-upstream"}
            entries.append({"model_name": model, "litellm_params": parameters})
        config = place / "litellm.yaml"
        config.write_text(json.dumps({
            "model_list": entries, "general_settings": {"master_key": KEY},
            "litellm_settings": {"telemetry": False, "request_timeout": 600},
        }))
        log = place / "litellm.log"
        self.process = processes.start(
            [home / "bin" / "litellm", "--config", config, "--host", "127.0.0.1", "--port", self.port,
             "--num_workers", workers or os.cpu_count()],
            log,
            env={"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "PATH": f"{home}/bin:{os.environ['PATH']}"},
        )
        wait_until(
            "LiteLLM", lambda: answers(self.port, "/health/liveliness", 5), seconds=600, process=self.process, log=log
        )
