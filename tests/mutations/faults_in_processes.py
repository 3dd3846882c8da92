"""Faults in the processes that jobs are forked from, and in how images lie in memory."""

from mutation import faults_of

PROCESSES = [
    *faults_of(
        "cnnscope/fork_server.py",
        "test_fork_server.py",
        ("the status is lost", "connection.sendall(bytes([code]))", "connection.sendall(bytes(1))"),
        ("a script keeps the folder of the server", "os.chdir(folder)", "pass"),
        ("the environment is added to", "    os.environ.clear()\n", ""),
        ("files are private", "os.umask(umask)", "os.umask(0o077)"),
        ("what is left for the end is forgotten", "atexit._run_exitfuncs()", "pass"),
        ("a script outlives its client", "    _end_with(connection)\n", ""),
        (
            "a server outlives its parent",
            "prctl(_SIGNAL_WHEN_PARENT_ENDS, signal.SIGTERM)",
            "prctl",
        ),
        ("a late server stays", "os.getppid() != parent", "False"),
        (
            "the temporary folder stays",
            "signal.SIGTERM, lambda *_: _end(folder)",
            "signal.SIGTERM, signal.SIG_DFL",
        ),
        ("there is one below another", "os.environ.get(VARIABLE) or", ""),
        ("a name with blanks is given", "if str(client) == shlex.quote(str(client)):", "if True:"),
        ("nothing is called without a server", "os.execv({python!r}", "sys.exit(1); ({python!r}"),
        (
            "a script has the place of the server first",
            "sys.path.insert(0, str(Path(arguments[0]).parent))",
            "pass",
        ),
        ("a script that is killed has done well", "else 137", "else 0"),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/masked_forward.py",
        "attribution/test_masked_forward.py attribution/test_masked_versions.py "
        "attribution/test_contract.py",
        ("all is laid as it comes", ".contiguous(memory_format=self._layout)", ".contiguous()"),
        ("every convolution is rounded", " and module.groups == 1", ""),
        (
            "every network is taken to view nothing",
            "memory_format(self._network, pixels.batch(np.arange(1)))",
            "torch.channels_last",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/patterns.py",
        "attribution/test_masked_forward.py attribution/test_masked_versions.py",
        ("a word of superpixels is forgotten", "for word in others:", "for word in others[1:]:"),
        ("words are added up", "kind * (further.max() + 1) + further", "kind + further"),
        ("superpixels share a bit", "shown[own] << bit", "shown[own]"),
        (
            "one group of those at once stands for all",
            "parts = np.nonzero(seen[some])[1]",
            "parts = np.nonzero(seen[some[:1].repeat(len(some))])[1]",
        ),
        (
            "outside is a pixel",
            "self._count - 1, patterns.group[positions]",
            "0, patterns.group[positions]",
        ),
        (
            "outside is the first entry",
            "outside, patterns.first[positions]",
            "0, patterns.first[positions]",
        ),
        (
            "all versions are the first",
            "np.int32(self._count) * versions",
            "np.int32(0) * versions",
        ),
    ),
]
