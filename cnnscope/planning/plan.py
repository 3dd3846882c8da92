"""The plan of a run: its results by rule and name, made from the run and from each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cnnscope import provenance
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.planning.result import FIGURE, OUTPUTS, Input, Result
from cnnscope.planning.run import Run

LIBRARY = provenance.Root(
    Path(provenance.__file__).resolve().parents[1], ("cnnscope", "cnnscope_demo")
)


@dataclass(frozen=True, eq=False)
class Plan:
    """What the functions that declare results share.

    Attributes:
        run: the settings and the dataset.
        home: the folder that holds scripts/ and envs/.
        contents: the digests of the files that the user gives.
    """

    run: Run
    home: Path
    contents: ContentIndex
    _made: dict[str, Result] = field(default_factory=dict, init=False)

    def result(
        self,
        rule: str,
        label: str,
        *,
        parameters: Mapping,
        inputs: Mapping[str, Input] | None = None,
        modules: Iterable[str] = (),
        code: Mapping[str, Mapping[str, str]] | None = None,
        context: Mapping | None = None,
    ) -> Result:
        """A result of `rule`; one that is made from the same is the same object.

        Args:
            modules: files of the library that the script imports by name while it runs.
            code: of the user, beside that of the rule's script.
        """
        own = self._code(rule if rule in OUTPUTS else "figure_chart", tuple(modules))
        for part in code or {}:
            own = own | {part: own[part] | code[part]}
        result = Result(
            rule=rule,
            label=label,
            parameters=parameters,
            inputs=inputs or {},
            code=own,
            context=context or {},
            outputs=self.outputs(rule),
        )
        return self._made.setdefault(result.folder, result)

    def outputs(self, rule: str) -> dict[str, str]:
        """The files of a rule's results by name, relative to their folder."""
        # A chart that is about a method, a metric or a layer has a rule of its own.
        files = OUTPUTS.get(rule, FIGURE).items()
        return {name: file.replace("{format}", self.run.format) for name, file in files}

    @cache  # noqa: B019, a plan lives as long as its process.
    def _code(self, rule: str, modules: tuple[str, ...]) -> dict:
        scripts = self.home / "scripts"
        files = [scripts / f"{rule}.py", *(LIBRARY.folder / module for module in modules)]
        return provenance.code(files, (LIBRARY, provenance.Root(scripts)), pins(self.home))


@cache
def pins(home: Path) -> dict[str, str]:
    """The versions that the workflow is tested with."""
    return provenance.read_pins(home / "envs" / "requirements.txt")
