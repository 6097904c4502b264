"""The tests of Submission once more, against the aiosmtpd of PyPI in place of Debian's older one."""

import os
import pathlib
import subprocess
import sys
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "aiosmtpd==1.4.6"

with tempfile.TemporaryDirectory() as folder:
    venv.create(folder, with_pip=True)
    python = pathlib.Path(folder) / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
    environment = dict(os.environ, ASSAY_AIOSMTPD_PYTHON=str(python))
    command = ["swift", "test", "--skip-build", "--quiet", "--filter", r"^SubmissionTests\."]
    sys.exit(subprocess.run(command, cwd=ROOT, env=environment).returncode)
