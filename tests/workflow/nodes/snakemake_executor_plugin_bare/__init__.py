"""A cluster of one node: each job is a script, run by a shell that inherits no variable."""

import subprocess
from pathlib import Path

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor
from snakemake_interface_executor_plugins.settings import CommonSettings

common_settings = CommonSettings(
    non_local_exec=True,
    implies_no_shared_fs=False,
    job_deploy_sources=False,
    pass_default_storage_provider_args=True,
    pass_default_resources_args=True,
    pass_envvar_declarations_to_cmd=True,
    auto_deploy_default_storage_provider=False,
    init_seconds_before_status_checks=0,
)


class Executor(RemoteExecutor):
    def __post_init__(self):
        self.next_seconds_between_status_checks = 1

    def run_job(self, job):
        script = self.get_jobscript(job)
        self.write_jobscript(job, script)
        bare = ["env", "-i", "PATH=/usr/bin:/bin", f"HOME={Path.home()}", "OMP_NUM_THREADS=1"]
        at_work = subprocess.Popen([*bare, "sh", script])
        self.report_job_submission(SubmittedJobInfo(job, aux={"at_work": at_work}))

    async def check_active_jobs(self, active_jobs):
        for one in active_jobs:
            status = one.aux["at_work"].poll()
            if status is None:
                yield one
            elif status == 0:
                self.report_job_success(one)
            else:
                self.report_job_error(one)

    def cancel_jobs(self, active_jobs):
        for one in active_jobs:
            one.aux["at_work"].terminate()
