"""What is told of stored results without a record."""

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.audit import audit, say_findings


def test_a_job_that_failed_leaves_a_log_and_no_finding_but_half_a_result_is_one(tmp_path):
    failed, half = tmp_path / "store/download/net-aa", tmp_path / "store/gather/lime-bb"
    for folder in (failed, half):
        folder.mkdir(parents=True)
        (folder / "log.txt").write_text("no network")
    assert audit(tmp_path / "store", tmp_path / "run", file_digest) == ([], 0)
    (half / "result.npy").write_bytes(b"half")
    findings, right = audit(tmp_path / "store", tmp_path / "run", file_digest)
    assert findings == [f"{half}: nothing is known of how it was made"] and right == 0
    assert say_findings(findings, 7)[-1] == "7 files as recorded, 1 findings"
