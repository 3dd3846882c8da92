"""Machines that share nothing: each job works in an empty folder of its own, below MACHINES."""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import snakemake_executor_plugin_bare as bare
from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo

# Snakemake packs the sources that git tracks, and each job unpacks them first.
common_settings = replace(bare.common_settings, implies_no_shared_fs=True, job_deploy_sources=True)


class Executor(bare.Executor):
    def run_job(self, job):
        script = self.get_jobscript(job)
        self.write_jobscript(job, script)
        machine = tempfile.mkdtemp(dir=os.environ["MACHINES"])
        # A job on a machine with software of its own calls `python`.
        path = f"PATH={Path(sys.executable).parent}:/usr/bin:/bin"
        at_work = subprocess.Popen(["env", "-i", path, "sh", script], cwd=machine)
        self.report_job_submission(SubmittedJobInfo(job, aux={"at_work": at_work}))
