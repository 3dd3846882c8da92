"""Faults in the command and in the library's functions, for who calls them without a workflow."""

from mutation import faults_of

_LIBRARY = "test_library.py"
_COMMAND = "command/test_explain_call.py command/test_words_of_the_command.py"
COMMAND = [
    *faults_of(
        "cnnscope/api.py",
        _LIBRARY,
        ("the least likely class is explained", "logits.argmax(1) if", "logits.argmin(1) if"),
        (
            "a seed has no effect",
            "_asked(method, chosen, drawn, seed)",
            "_asked(method, chosen, drawn, 0)",
        ),
        (
            "the method sees images that are not normalised",
            "asked.answer(wrapped,",
            "asked.answer(model,",
        ),
        (
            "labels are told of no method",
            "explained, known_classes, _LOG",
            "explained, explained, _LOG",
        ),
        ("a class that is not there is explained", "(explained >= 0) & ", ""),
        ("a refusal is a map", 'if "refused" in result.facts:', 'if "refused" in ():'),
        (
            "a metric runs the method on no background",
            "same.background, same.seed",
            "None, same.seed",
        ),
        (
            "a metric runs the method with its defaults",
            "same.method, same.options,",
            "same.method, {},",
        ),
        (
            "a metric sees images that are not normalised",
            "normalising(model, explanation.mean, explanation.std)",
            "normalising(model, None, None)",
        ),
        ("a metric draws by another seed", '"seed": explanation.seed}', '"seed": 0}'),
        (
            "both ends are one",
            'details["whole"], details["hidden"]]',
            'details["whole"], details["whole"]]',
        ),
    ),
    *faults_of(
        "cnnscope/api_arguments.py",
        _LIBRARY,
        (
            "mean and std are swapped",
            "Classifier(model, mean, std)",
            "Classifier(model, std, mean)",
        ),
        ("a grey picture becomes RGB", 'convert("L" if grey', 'convert("RGB" if grey'),
        (
            "pictures may have several sizes",
            "if isinstance(one, Image.Image)}) > 1:",
            "if isinstance(one, Image.Image)}) > 9:",
        ),
        ("channels may come first", "images.shape[3] not in (1, 3) or ", ""),
        ("masks may be of other images", "or masks.shape != shape", "or False"),
    ),
    *faults_of(
        "cnnscope/figures/explained.py",
        "figures/test_drawn_explanation.py",
        ("the user's look is drawn", "        matplotlib.rcdefaults()\n", ""),
        (
            "the figures' look stays",
            "    with matplotlib.rc_context():\n        matplotlib.rcdefaults()",
            "    if True:\n        matplotlib.rcdefaults()",
        ),
        ("signed maps have unsigned colours", '"bwr", "inferno"', '"inferno", "bwr"'),
        ("a guess is not told", '_module("shown").doubts(read)', "[]"),
    ),
    *faults_of(
        "cnnscope/command/asked_config.py",
        _COMMAND,
        (
            "the file lies over --set",
            "merge(config, _entries(asked.set), schema)",
            "merge(_entries(asked.set), config, schema)",
        ),
        ("methods are no questions", "if asked.methods:", "if False:"),
        ("an address is a name", 'or "/" in text or', "or"),
        ("a file stays relative", "key: str(absolute(value))", "key: value"),
        ("the own file stays relative", 'f"{absolute(str(file))}:{name}"', 'f"{file}:{name}"'),
        (
            "the file of --set takes the place of the weights",
            "model |= _weights(asked.weights)",
            "model = _weights(asked.weights)",
        ),
    ),
    *faults_of(
        "cnnscope/command/explaining.py",
        _COMMAND,
        (
            "a config of the user is written over",
            '    if not _is_ours(file):\n        raise UserError(f"{file} is',
            '    if False:\n        raise UserError(f"{file} is',
        ),
        ("other pictures are mixed in", "if path != now:", "if False:"),
        ("another network is mixed in", "if model != other:", "if False:"),
        ("figures become pictures", "if pictures.is_dir() and out", "if False and out"),
        ("a dataset is taken for pictures", "    if layout == PICTURES:\n", "    if True:\n"),
        (
            "settings behind -- are lost on the others",
            "if found.files or found.entries:",
            "if found.files:",
        ),
        ("methods are no targets", "[*(asked.methods or []), *behind]", "[*behind]"),
    ),
    *faults_of(
        "cnnscope/command/main.py",
        _COMMAND,
        (
            "a mistake ends well",
            'complain(f"{error.filename}: {error.strerror}")\n    return 1',
            'complain(f"{error.filename}: {error.strerror}")\n    return 0',
        ),
    ),
    *faults_of(
        "cnnscope/command/parser.py",
        _COMMAND,
        ("a wrong call is a mistake", "sys.exit(2)", "sys.exit(1)"),
        ("an abbreviation is an option", "allow_abbrev=False", "allow_abbrev=True"),
        (
            "what is behind -- is lost",
            "if behind and asked.command not in",
            "if False and asked.command not in",
        ),
    ),
    *faults_of(
        "cnnscope/command/terminal.py",
        _COMMAND,
        ("a file gets colours", "stream.isatty() and known", "known"),
        ("colours come unwanted", ' and not os.environ.get("NO_COLOR")', ""),
    ),
    *faults_of(
        "cnnscope/command/watching.py",
        "command/test_watched_snakemake.py",
        (
            "a failure ends well",
            "return child.returncode if child.returncode >= 0",
            "return 0 if child.returncode >= 0",
        ),
        ("a reason is told twice", "if line not in told:", "if True:"),
        ("what no line explains is kept", "if child.returncode and not told:", "if False:"),
        ("a request to end stays here", "            child.terminate()", "            pass"),
        ("quiet tells progress", "if not quiet:", "if True:"),
    ),
    *faults_of(
        "cnnscope/planning/audit.py",
        "planning/test_audit.py",
        (
            "a log alone is a finding",
            'if any(file.name != "log.txt" for file in result.iterdir()):',
            "if True:",
        ),
    ),
]
