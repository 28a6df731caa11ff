"""The text that /metrics answers, as numbers."""
import re

_SAMPLE = re.compile(r'(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)')


def samples(text):
    """{'name{label="value"}': number}"""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            match = _SAMPLE.fullmatch(line)
            assert match, line
            series = line.rpartition(" ")[0]
            assert series not in found, f"twice: {series}"
            found[series] = float(match["value"])
    return found


def families(text):
    """{family: type}"""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))


def metric_names(expression):
    """The names of metrics in a PromQL expression."""
    without_strings = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    names_alone = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring)\s*\([^)]*\)", " ", without_strings)
    return {name for name in re.findall(r"[a-zA-Z_:][\w:]*", names_alone) if "_" in name and name not in FUNCTIONS}


FUNCTIONS = {"histogram_quantile", "label_values", "label_replace"}
