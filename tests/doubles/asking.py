"""Which test files ask for a database: what the others say is true of every engine.

A whole run on SQLite notes them, and a whole run on another engine repeats them alone.
"""

import engines
import pytest

_NOTED = "parution/files-that-ask-for-a-database"
# Options with which not every test is run.
_SOME = (
    "keyword",
    "markexpr",
    "lf",
    "stepwise",
    "collectonly",
    "deselect",
    "ignore",
    "ignore_glob",
)


class Asking:
    """A plugin of pytest; with xdist there is one in each worker, and one that has them."""

    def __init__(self, config):
        self._config = config
        self._files = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        before = engines.times_asked()
        answer = yield
        # Of the file, since what a module's fixture made is asked for by its first test.
        if engines.times_asked() > before:
            self._files.add(file_of(item))
        return answer

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        node.workerinput[_NOTED] = noted(self._config)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        self._files |= set(getattr(node, "workeroutput", {}).get(_NOTED, ()))

    def pytest_sessionfinish(self, exitstatus):
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[_NOTED] = sorted(self._files)
        elif (
            self._config.getoption("engine") == "sqlite"
            and exitstatus == pytest.ExitCode.OK
            and _is_whole(self._config)
        ):
            self._config.cache.set(_NOTED, sorted(self._files))


def noted(config):
    """The files, as a list; None where some tests are asked for, or nothing was noted."""
    if hasattr(config, "workerinput"):
        return config.workerinput[_NOTED]
    return config.cache.get(_NOTED, None) if _is_whole(config) else None


def file_of(item):
    return item.nodeid.partition("::")[0]


def _is_whole(config):
    return config.args_source is config.ArgsSource.TESTPATHS and not any(
        config.getoption(one, None) for one in _SOME
    )
