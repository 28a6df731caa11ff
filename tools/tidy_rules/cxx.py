"""Reading C++ as far as the rules need: without comments and literals, and cut into functions."""
import re

_TOKEN = re.compile(
    r'(?P<raw>R"(?P<tag>[^\s()\\]{0,16})\((?:.|\n)*?\)(?P=tag)")'
    r'|(?P<text>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<digits>\b\d[\w']*)"  # 1'000'000: no character literals in there
    r"|(?P<char>'(?:[^'\\\n]|\\.)+')"
    r"|(?P<line>//[^\n]*)"
    r"|(?P<block>/\*(?:.|\n)*?\*/)"
)


def blanked(source):
    """Comments and the insides of literals become spaces; line numbers and columns stay. #include lines are kept."""

    def blank(match):
        found = match.group(0)
        if match.lastgroup == "digits":
            return found
        if match.lastgroup == "text" and re.search(r"#\s*include\s*$", source[max(0, match.start() - 40) : match.start()]):
            return found
        blanks = re.sub(r"[^\n]", " ", found)
        if match.lastgroup in ("text", "char") or match.group("raw"):
            return found[0] + blanks[1:-1] + found[-1] if len(found) > 1 else blanks
        return blanks

    return _TOKEN.sub(blank, source)


_CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")


def _opens_function(header):
    """Whether the code between the last statement and a `{` is the head of a function."""
    if "(" not in header:
        return False
    outside = header
    while True:
        shorter = re.sub(r"\([^()]*\)", " ", outside)
        if shorter == outside:
            break
        outside = shorter
    if re.search(r"(?<!operator)(?<![=!<>])=(?!=)", outside):
        return False  # a variable and its initialiser
    return not re.match(r"\s*(template\s*<.*>\s*)?(class|struct|union|enum|namespace)\b", outside)


def functions(code_lines):
    """Yields (first line, last line) of every function, counted from 1. A lambda counts as part of what it is in."""
    stack = []  # ("function", first line) | ("container",) | ("inner",)
    header, header_line, depth = "", 0, 0
    for number, line in enumerate(code_lines, 1):
        if line.lstrip().startswith("#"):
            continue
        for column, char in enumerate(line):
            in_function = any(frame[0] == "function" for frame in stack)
            if char in "()":
                depth += 1 if char == "(" else -1
            if char == "{":
                before = line[column - 1] if column else " "
                if in_function:
                    stack.append(("inner",))
                elif depth > 0 or stack[-1:] == [("initialiser",)] or before.isalnum() or before in "_>,":
                    stack.append(("initialiser",))  # a member's or an argument's, so the head goes on behind it
                    continue
                elif _opens_function(header):
                    stack.append(("function", header_line or number))
                else:
                    stack.append(("container",) if _CONTAINER.search(header) else ("inner",))
                header, header_line = "", 0
            elif char == "}":
                frame = stack.pop() if stack else ("inner",)
                if frame[0] == "initialiser":
                    continue
                if frame[0] == "function":
                    yield frame[1], number
                header, header_line = "", 0
            elif char == ";" and depth == 0:
                header, header_line = "", 0
            elif not in_function:
                if not header_line and not char.isspace():
                    header_line = number
                header += char
        header += " "
